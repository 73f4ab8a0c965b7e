-- Lists and search among 100,000 repositories without reading all of them.

-- Which words a repository is listed by, for clients of the Hugging Face Hub: its tags and those of its card, task,
-- library, and its licence as license:….
create function hub_labels(tags text[], task text, licence text, card jsonb) returns text[]
language sql immutable parallel safe as $$
  select array(
    select distinct label from unnest(tags || array[
      task, 'license:' || lower(nullif(licence, '')), card->'metadata'->>'pipeline_tag',
      card->'metadata'->>'library_name', 'license:' || (card->'metadata'->>'license')
    ] || array(
      select jsonb_array_elements_text(
        case when jsonb_typeof(card->'metadata'->'tags') = 'array'
          then card->'metadata'->'tags' else '[]' end)
    )) label where label is not null)
$$;

-- What a search looks in, and every one and two letters in a row of it: an index of these finds each text
-- that holds a word of any script, with no extension, and `like` then settles the order of the letters.
create function hub_search_text(name text, title jsonb, summary jsonb, tags text[]) returns text
language sql immutable parallel safe as $$
  select lower(concat_ws(' ', name, title->>'zh', title->>'en', summary->>'zh', summary->>'en',
    array_to_string(tags, ' ')))
$$;
create function hub_grams(words text) returns text[]
language sql immutable strict parallel safe as $$
  select array(
    select distinct unnest(array[letter, letter || next]) from (
      select letter, lead(letter, 1, '') over (order by place) as next
      from unnest(string_to_array(words, null)) with ordinality as letters (letter, place)
    ) pairs)
$$;
-- What of a query every text that holds it has: pairs, or the letter where it is one.
create function hub_query_grams(words text) returns tsquery
language sql immutable strict parallel safe as $$
  select string_agg('''' || replace(replace(gram, '\', '\\'), '''', '''''') || '''', ' & ')::tsquery
  from (select substr(words, place, 2) as gram
    from generate_series(1, greatest(1, length(words) - 1)) place) grams
$$;

alter table hub_repositories
  add column labels text[] not null default '{}',
  add column search_text text generated always as
    (hub_search_text(name, title, summary, tags)) stored,
  add column search_grams tsvector not null generated always as
    (array_to_tsvector(hub_grams(hub_search_text(name, title, summary, tags)))) stored;
-- Aside and uncompressed, so that 100,000 rows to walk are 100 MB and not 200.
alter table hub_repositories alter column search_grams set storage external;
alter table hub_repositories set (toast_tuple_target = 1024);
update hub_repositories set labels = hub_labels(tags, task, licence, (
  select card from hub_revisions where repository_id = hub_repositories.id and digest = head_digest));

drop index hub_repositories_updated;
create index hub_repositories_updated on hub_repositories (state, updated_at desc, id desc);
create index hub_repositories_created on hub_repositories (state, created_at desc, id desc);
create index hub_repositories_name on hub_repositories (state, name, id);
create index hub_repositories_owner on hub_repositories (owner_id, updated_at desc, id desc);
create index hub_repositories_sector on hub_repositories (sector, updated_at desc, id desc);
create index hub_repositories_task on hub_repositories (task, updated_at desc, id desc);
create index hub_repositories_licence on hub_repositories (licence, updated_at desc, id desc);
create index hub_repositories_tags on hub_repositories using gin (tags)
  with (gin_pending_list_limit = 512);
create index hub_repositories_labels on hub_repositories using gin (labels)
  with (gin_pending_list_limit = 512);
-- Every search reads the list of pending words, so it is kept short.
create index hub_repositories_grams on hub_repositories using gin (search_grams)
  with (gin_pending_list_limit = 512);
