-- A party's name in addresses, such as the owner's in those of repositories. Derived as in handle.ts.
alter table parties_parties add column handle text;
update parties_parties set handle =
  case kind when 'organisation' then 'org-' when 'person' then 'u-' else kind || '-' end
  || right(id, 10);
alter table parties_parties alter column handle set not null;
create unique index parties_parties_by_handle on parties_parties (handle);
