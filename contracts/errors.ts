/**
 * Every error code that a caller or an operator can meet, once. `docs/errors.md` is written from this table.
 *
 * `door`: the answer to a request. `job`: the `error` of a failed job or stage. `both`: either.
 */
export interface ErrorEntry {
  /** HTTP status at the door; for a job's error the status a door would have given. */
  status: number;
  title: string;
  /** Whether the same request, or a retry of the same stage, may work later without a change. */
  retryable: boolean;
  /** What happened and what to do, for people; also the default `detail`. */
  sentence: string;
  where: 'door' | 'job' | 'both';
}

type Shape = readonly [status: number, retryable: boolean, title: string, sentence: string];

const DOOR = {
  request_invalid: [400, false, 'The request is not valid', 'A field is wrong: `errors` names each with a JSON pointer.'],
  token_missing: [401, false, 'A token is missing', 'Send a service token as `Authorization: Bearer …`.'],
  token_invalid: [401, false, 'The token is not known', 'The service token is not one that this service was given.'],
  role_forbidden: [403, false, 'The role may not do this', 'The token is valid, but its role may not make this request.'],
  asset_url_expired: [403, true, 'The link does not work any more', 'The signed link has expired or was changed: ask for the asset again to get a new one.'],
  not_found: [404, false, 'There is nothing here', 'No such address: see /openapi.json for those that exist.'],
  job_not_found: [404, false, 'No such job', 'No job has this id.'],
  avatar_not_found: [404, false, 'No such avatar', 'No avatar, or no such version of it, has this id.'],
  asset_not_found: [404, false, 'No such asset', 'No asset has this id, or it was erased.'],
  event_not_found: [404, false, 'No such event', 'No event has this id, or its job has no callback.'],
  method_not_allowed: [405, false, 'The method is not allowed', 'This address exists, but not for this method.'],
  gate_not_open: [409, true, 'The gate is not open', 'The job does not wait for a decision at this gate now.'],
  revision_stale: [409, false, 'The decision is about older work', 'The work was made again after the revision that the decision names: look at it again.'],
  job_finished: [409, false, 'The job has ended', 'The job has ended, so this cannot be done with it any more.'],
  job_not_finished: [409, true, 'The job has not ended', 'Only a job that has ended can be the base of this request: wait, or cancel it first.'],
  body_too_large: [413, false, 'The body is too large', 'A JSON body may have 256 KiB, an upload 50 MB.'],
  media_type_unsupported: [415, false, 'The content type is not supported', 'Send JSON as `application/json`.'],
  idempotency_key_reused: [422, false, 'The idempotency key was used before', 'This key came with another body before: use a new key for a new request.'],
  contract_unsupported: [422, false, 'The contract version is not supported', 'Only contract "v3" is served.'],
  stage_unknown: [422, false, 'No such stage', 'The job has no stage of this name.'],
  resume_point_missing: [422, false, 'The job cannot be resumed there', 'Work that the stage builds on has no record: resume from an earlier stage.'],
  patch_conflict: [422, false, 'The patch touches finished work', 'The patch has an effect before `from_stage`: resume from the stage that the detail names.'],
  consent_missing: [422, false, 'Consent is missing', 'Say in `consent` what the pictured or recorded person agreed to, who and when.'],
  script_unspeakable: [422, false, 'Nothing can be spoken', 'The text has no letter or digit that a voice could speak.'],
  too_many_requests: [429, true, 'Too many requests', 'Wait as long as `Retry-After` says.'],
  temporarily_unavailable: [503, true, 'The service cannot answer now', 'Something the service needs is away for the moment: send the same request again with the same key.'],
} as const satisfies Record<string, Shape>;

const PHOTO = {
  photo_undecodable: [422, false, 'The photo cannot be read', 'The file is not a picture that can be read.'],
  photo_type_unsupported: [422, false, 'The picture format is not supported', 'Send JPEG, PNG or WebP.'],
  photo_heic: [422, false, 'HEIC is not supported', 'The photo is HEIC: export it as JPEG.'],
  photo_animated: [422, false, 'The picture moves', 'The picture is animated: send a still photo.'],
  photo_too_large: [422, false, 'The photo has too many pixels', 'A photo may have 40 megapixels.'],
  photo_face_missing: [422, false, 'No face found', 'The photo shows no face that can be used.'],
  photo_faces_many: [422, false, 'Several faces found', 'The photo must show one person only.'],
  photo_face_too_small: [422, false, 'The face is too small', 'The face takes up too little of the photo: come closer.'],
  photo_face_cut: [422, false, 'The face is cut off', 'The face touches the edge of the photo.'],
  photo_blurred: [422, false, 'The photo is blurred', 'The face is not sharp enough.'],
  photo_too_dark: [422, false, 'The photo is too dark', 'The face is too dark to work with.'],
  photo_too_bright: [422, false, 'The photo is too bright', 'The face is overexposed.'],
  photo_pose_extreme: [422, false, 'The face is turned away', 'The face must look about into the camera.'],
  photo_persons_differ: [422, false, 'The photos show different people', 'All photos of one avatar must show the same person.'],
} as const satisfies Record<string, Shape>;

const VOICE = {
  voice_sample_undecodable: [422, false, 'The voice sample cannot be read', 'The file is not sound that can be read.'],
  voice_sample_short: [422, false, 'The voice sample is too short', 'The sample holds too little speech.'],
  voice_sample_clipped: [422, false, 'The voice sample is clipped', 'The recording is too loud and distorted: record it again at a lower level.'],
  voice_sample_silent: [422, false, 'The voice sample is silent', 'The recording holds no voice.'],
  voice_sample_noisy: [422, false, 'The voice sample is noisy', 'The noise is too loud beside the voice.'],
} as const satisfies Record<string, Shape>;

const JOB = {
  stage_failed: [500, true, 'A stage failed', 'A stage could not finish its work. Retry from that stage.'],
  approval_rejected: [409, false, 'A reviewer rejected the work', 'A reviewer rejected the work; the job can be resumed from that stage.'],
  approval_timeout: [409, true, 'Nobody decided in time', 'The deadline of the approval passed without a decision; the job can be resumed from that stage.'],
  submit_unknown: [502, false, 'The fate of a paid request is unknown', 'The connection broke after a paid request was sent: an operator settles it before anything is paid again.'],
  cancelled: [409, true, 'The job was cancelled', 'The job was cancelled before it ended; finished stages are kept.'],
  workflow_lost: [500, true, 'The workflow ended without a result', 'The workflow was terminated from outside; finished stages are kept and the job can be resumed.'],
} as const satisfies Record<string, Shape>;

/** Faults of providers, by kind; they name no provider. */
const PROVIDER = {
  provider_rate_limited: [503, true, 'The provider limits the rate', 'The provider asked to slow down for longer than we wait.'],
  provider_capacity: [503, true, 'The provider is at capacity', 'The provider had no free slot for longer than we wait.'],
  provider_down: [502, true, 'The provider is down', 'The provider did not answer.'],
  provider_timeout: [504, true, 'The provider took too long', 'The provider did not answer in time.'],
  provider_quota_exhausted: [502, false, 'The provider account is used up', 'The account with the provider has no credit left.'],
  provider_auth: [502, false, 'The provider refused our account', 'The key for the provider is missing or not valid.'],
  provider_content_rejected: [422, false, 'The provider refused the content', 'The provider refused to make this content.'],
  provider_bad_input: [422, false, 'The provider refused the input', 'The provider cannot work with this input.'],
  provider_unsupported: [422, false, 'No provider can do this', 'None of the configured providers supports this request.'],
  provider_bad_output: [502, true, 'The provider returned something unusable', 'What the provider returned failed its check.'],
  provider_expired: [502, true, 'The provider no longer has the result', 'The provider deleted the result before it was fetched.'],
  provider_protocol: [502, true, 'The provider answered nonsense', 'The answer of the provider could not be understood.'],
} as const satisfies Record<string, Shape>;

const BOTH = {
  avatar_revoked: [422, false, 'The avatar was revoked', 'The avatar was deleted and its consent revoked: it cannot be used any more.'],
  film_missing: [422, false, 'The job has no film', 'Cuts are made of a finished film: name a job that completed one.'],
  internal_error: [500, true, 'Something went wrong inside', 'This is our fault: the log has the details under the request or job id.'],
} as const satisfies Record<string, Shape>;

type Codes<T> = Extract<keyof T, string>;
export type DoorCode = Codes<typeof DOOR> | Codes<typeof BOTH>;
export type PhotoCode = Codes<typeof PHOTO>;
export type VoiceSampleCode = Codes<typeof VOICE>;
export type JobCode = PhotoCode | VoiceSampleCode | Codes<typeof JOB> | Codes<typeof PROVIDER> | Codes<typeof BOTH>;
export type ErrorCode = DoorCode | JobCode;

/** The whole table in the order of the documentation. */
export const ERRORS: Record<ErrorCode, ErrorEntry> = {
  ...entries(DOOR, 'door'),
  ...entries(BOTH, 'both'),
  ...entries(PHOTO, 'job'),
  ...entries(VOICE, 'job'),
  ...entries(JOB, 'job'),
  ...entries(PROVIDER, 'job'),
};

function entries<Code extends string>(rows: Record<Code, Shape>, where: ErrorEntry['where']): Record<Code, ErrorEntry> {
  const pairs = Object.entries<Shape>(rows).map(
    ([code, [status, retryable, title, sentence]]) => [code, { status, retryable, title, sentence, where }] as const,
  );
  return Object.fromEntries(pairs) as Record<Code, ErrorEntry>;
}

/** Whether a string, for instance the type of a failure, is a code of the table. */
export function isErrorCode(text: string): text is ErrorCode {
  return Object.hasOwn(ERRORS, text);
}

export interface FieldError {
  /** RFC 6901 pointer into the request body; a query parameter or header stands as `/query/…` or `/header/…`. */
  pointer: string;
  message: string;
}

/** RFC 9457 problem details with the members of our contract. A failed job's `error` has the same form without status. */
export interface Problem {
  type: string;
  title: string;
  status?: number;
  detail: string;
  code: ErrorCode;
  stage?: string | null;
  scene?: number | null;
  retryable: boolean;
  resumable_from?: string | null;
  errors?: FieldError[];
  failed_stages?: { stage: string; scene: number | null; code: string }[];
  doc_url: string;
  instance?: string;
}

export type ProblemDetails = Partial<
  Pick<Problem, 'detail' | 'errors' | 'stage' | 'scene' | 'resumable_from' | 'failed_stages' | 'instance' | 'retryable'>
>;

/** The answer to a refused request (RFC 9457). */
export function problem(code: ErrorCode, details: ProblemDetails = {}): Problem & { status: number } {
  return { ...body(code, details), status: ERRORS[code].status };
}

/** The `error` of a failed job: the same object, with where it happened and from where to resume. */
export function jobError(code: ErrorCode, details: ProblemDetails = {}): Problem {
  return body(code, { stage: null, scene: null, ...details });
}

function body(code: ErrorCode, details: ProblemDetails): Problem {
  const entry = ERRORS[code];
  return {
    type: `urn:understudy:error:${code}`,
    title: entry.title,
    detail: entry.sentence,
    code,
    retryable: entry.retryable,
    ...details,
    doc_url: `/docs/errors#${code}`,
  };
}

/** Thrown on the way of a request; the API answers with its problem. */
export class ProblemError extends Error {
  readonly problem: Problem & { status: number };

  constructor(
    readonly code: DoorCode,
    details: ProblemDetails = {},
    readonly headers: Record<string, string> = {},
  ) {
    super(details.detail ?? ERRORS[code].sentence);
    this.name = 'ProblemError';
    this.problem = problem(code, details);
  }
}

/** `request_invalid` with a pointer for each field; the detail counts them. */
export function requestInvalid(errors: FieldError[]): ProblemError {
  const detail = errors.length === 1 ? '1 field is wrong.' : `${errors.length} fields are wrong.`;
  return new ProblemError('request_invalid', { detail, errors });
}
