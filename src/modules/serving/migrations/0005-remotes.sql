-- Where the calls of a trial of the runtime 'remote' go; null for others. No key stands in here.
alter table serving_trials add column remote jsonb;
-- Of the tokens, those that were estimated here, since the server elsewhere did not count them.
alter table serving_trial_usage add column tokens_estimated bigint not null default 0;
