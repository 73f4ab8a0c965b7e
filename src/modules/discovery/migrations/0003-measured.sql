-- By which metric something was measured, where the score is not that of a certificate.
alter table discovery_uses add column metric text;
