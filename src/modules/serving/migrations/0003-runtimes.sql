-- What answers the calls of a trial: an ONNX model itself, a program with its models, or a server elsewhere.
alter table serving_trials add column runtime text not null default 'onnx'
  check (runtime in ('onnx', 'task', 'remote'));
-- What a trial with a task-level interface does; null where calls are tensors.
alter table serving_trials add column task text;
alter table serving_trial_usage add column tokens_in bigint not null default 0;
alter table serving_trial_usage add column tokens_out bigint not null default 0;
