import { declareErrors } from '#kernel/errors.ts';

export const servingErrors = declareErrors('serving', {
  not_approved: {
    category: 'denied',
    message:
      'No approval stands for this program with this revision, environment and options. Ask for one first.',
  },
  environment_differs: {
    category: 'conflict',
    message:
      'The program was approved for the environment {approved}; this server has {here}. Have it evaluated and approved anew, or use a server with that environment.',
  },
  not_ready: {
    category: 'unavailable',
    message: 'The deployment is still starting. Try again in a few seconds.',
  },
  stopped: {
    category: 'conflict',
    message: 'The deployment was stopped. Read its page for the reason, and wait for the release.',
  },
  deployment_failed: {
    category: 'conflict',
    message: 'The deployment has failed ({reason}). Create another one.',
  },
  deployment_ended: {
    category: 'conflict',
    message: 'The deployment has ended. Create or choose another one.',
  },
  no_allowance: {
    category: 'conflict',
    message:
      'No prepaid calls are left for {rows} rows under any agreement of the caller. Add credit.',
  },
  caller_unknown: {
    category: 'denied',
    message: 'This account does not act for {callerId}. Name a party that it belongs to.',
  },
  request_differs: {
    category: 'conflict',
    message: 'The request {requestId} was answered with other rows. Use a new requestId.',
  },
  row_refused: {
    category: 'invalid',
    message: 'Row {index} cannot be asked: {problem}.',
  },
  columns_differ: {
    category: 'invalid',
    message: 'Every row of this session has the columns {columns}. Send just these.',
  },
  session_full: {
    category: 'conflict',
    message: 'The session has answered {rows} rows, the most there may be. Begin a new session.',
  },
  sessions_many: {
    category: 'limited',
    message: 'The caller has {count} sessions of this deployment already. Use one of them.',
  },
  busy: {
    category: 'limited',
    message: 'The server works at its limit of {limit}. Try again in a moment.',
  },
  trial_ended: {
    category: 'conflict',
    message: 'The trial has ended. Create or choose another one.',
  },
  trials_many: {
    category: 'limited',
    message: 'The owner has {count} trials already. End one of them first.',
  },
  endpoint_ended: {
    category: 'conflict',
    message: 'The endpoint has ended. Create or choose another one.',
  },
  endpoints_many: {
    category: 'limited',
    message: 'The owner has {count} endpoints already. End one of them first.',
  },
  endpoint_name_taken: {
    category: 'conflict',
    message:
      'The repository has an endpoint {name} with other traffic. Change that, or choose another name.',
  },
  traffic_refused: {
    category: 'invalid',
    message: 'The traffic cannot be set: {problem}.',
  },
  traffic_changed: {
    category: 'conflict',
    message: 'The traffic was changed meanwhile and has version {version}. Read it again first.',
  },
  nothing_before: {
    category: 'conflict',
    message: 'There is no traffic before this one. Set it instead.',
  },
  not_a_model: {
    category: 'invalid',
    message: 'The file {path} is not an ONNX model of this revision: {problem}.',
  },
  not_a_task: {
    category: 'invalid',
    message: 'The file {path} describes no task program of this revision: {problem}.',
  },
  media_type_refused: {
    category: 'invalid',
    message: 'The model does not take {given}. Send one of: {taken}.',
  },
  model_missing: {
    category: 'missing',
    message: 'There is no model {model} that you may call. Use the id of a trial.',
  },
  version_missing: {
    category: 'missing',
    message: 'The model {model} has no version {version}. Leave the version out for the latest.',
  },
  model_not_loaded: {
    category: 'conflict',
    message: 'The model is not loaded: {problem}',
  },
  isolation_missing: {
    category: 'unavailable',
    message: 'This server cannot isolate the process of a model. {advice}',
  },
  request_refused: {
    category: 'invalid',
    message: 'The request is not one for this model: {problem}.',
  },
  inference_refused: {
    category: 'invalid',
    message: 'The model does not take these inputs: {problem}',
  },
  model_failed: {
    category: 'conflict',
    message: 'The model gave no answer ({reason}): {detail} Nothing was counted.',
  },
  model_timeout: {
    category: 'unavailable',
    message: 'No answer came within {limit} seconds. Nothing was counted. Send less at once.',
  },
  model_busy: {
    category: 'limited',
    message: 'The model has {count} calls waiting. Try again in {seconds} s.',
  },
  calls_many: {
    category: 'limited',
    message: 'You may call this trial {limit} times a second. Try again in {seconds} s.',
  },
  remote_not_allowed: {
    category: 'denied',
    message:
      'No trial of this owner may call {origin}. Ask the operator to list it in SERVING_REMOTES_FILE.',
  },
  remotes_unreadable: {
    category: 'unavailable',
    message:
      'The list of servers elsewhere cannot be read, so none is called. Tell the operator; the log says why.',
  },
  remote_failed: {
    category: 'unavailable',
    message: 'The server at {origin} gave no answer: {problem}. Try again, or tell the operator.',
  },
  remote_busy: {
    category: 'limited',
    message: 'The server at {origin} takes no more calls now. Try again in {seconds} s.',
  },
  called_otherwise: {
    category: 'invalid',
    message: 'The model {model} does not answer such calls. Call it at {place}.',
  },
  content_refused: {
    category: 'invalid',
    message: 'The content check does not let this text pass. Change it and send it again.',
  },
  content_unchecked: {
    category: 'invalid',
    message: 'The content check reads text only. Leave out {what}.',
  },
  content_check_failed: {
    category: 'unavailable',
    message:
      'The content check does not answer, so nothing is sent and nothing given. Try again shortly.',
  },
  program_failed: {
    category: 'conflict',
    message:
      'The program gave no answer ({reason}): {detail} Nothing was counted. Check the rows and send them again.',
  },
});
