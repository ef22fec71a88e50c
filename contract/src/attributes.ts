/** Attribute names on events. OpenTelemetry semantic conventions where one exists; ours begin with `vox.`. */
export const ATTR = {
  eventId: "log.record.uid",
  sessionId: "session.id",
  userId: "user.id",
  installationId: "app.installation.id",
  /** On `EVENT.identified`: an id that the user had before. */
  previousId: "vox.previous_id",

  serviceName: "service.name",
  serviceVersion: "service.version",
  environment: "deployment.environment.name",

  screenName: "app.screen.name",
  urlPath: "url.path",
  urlTemplate: "url.template",

  osName: "os.name",
  osVersion: "os.version",
  deviceModel: "device.model.identifier",
  browserName: "browser.name",
  browserVersion: "browser.version",
  region: "client.geo.region",
  channel: "vox.channel",
  audience: "vox.audience",

  flow: "vox.flow",
  transactionId: "vox.transaction.id",
  step: "vox.step",
  outcome: "vox.outcome",

  errorType: "error.type",
  exceptionType: "exception.type",
  exceptionMessage: "exception.message",
  exceptionStacktrace: "exception.stacktrace",
  errorCode: "vox.error.code",
  errorShown: "vox.error.shown",

  surveyId: "vox.survey.id",
  surveyKind: "vox.survey.kind",
  score: "vox.score",
  comment: "vox.comment",

  guidanceId: "vox.guidance.id",
  guidanceVersion: "vox.guidance.version",
  guidanceAction: "vox.guidance.action",

  surveyVersion: "vox.survey.version",
  surveyQuestion: "vox.survey.question",
  /** `true` on an answer after which the customer left the survey unfinished. */
  surveyIsPartial: "vox.survey.partial",

  /** Of guidance and surveys: the language that the customer was shown. */
  promptLanguage: "vox.prompt.language",
  /** Of guidance and surveys: the code of the error that they answer. Not `vox.error.code`, which would make them error events. */
  causeCode: "vox.cause.code",

  searchQuery: "vox.search.query",
  searchResults: "vox.search.results",
  searchClicked: "vox.search.clicked",

  /** How long it took, in milliseconds. */
  durationMs: "vox.duration_ms",
  httpMethod: "http.request.method",
  httpStatus: "http.response.status_code",
  serverAddress: "server.address",
  /** Name of the span that an error was found on. */
  spanName: "vox.span.name",

  /** Who found an error that the app did not report: `uncaught`, `rejection`, or a framework. */
  errorOrigin: "vox.error.origin",
  /** The components around an error, innermost first. */
  errorComponents: "vox.error.components",
  /** What happened before an error: JSON, a list of `{ago, type, name}`, oldest first, `ago` in milliseconds. */
  breadcrumbs: "vox.breadcrumbs",

  /** What was clicked, as the app names it, else where it is; never its text. */
  widgetName: "app.widget.name",
  formName: "vox.form.name",
  /** The field of a form that was filled last. */
  formField: "vox.form.field",

  webVitalName: "browser.web_vital.name",
  webVitalValue: "browser.web_vital.value",
  webVitalDelta: "browser.web_vital.delta",
  webVitalId: "browser.web_vital.id",
  webVitalRating: "browser.web_vital.rating",
  webVitalNavigation: "browser.web_vital.navigation_type",
  /** Of `EVENT.longTask`. */
  longTaskCount: "vox.long_task.count",
  longTaskMaxMs: "vox.long_task.max_ms",

  dropReason: "vox.drop.reason",
  dropCount: "vox.drop.count",

  /** `granted` or `denied`; an event that says `denied` is dropped by the collector, and counted. */
  consent: "vox.consent",
  userAgent: "user_agent.original",
  /** `true` on events of programs that say they are no person's browser; set by the collector. */
  bot: "vox.bot",

  /** Unix milliseconds on the client's clock when the batch left it; the collector corrects clock skew with it. */
  sentAt: "vox.sent_at",
} as const;

/** Event names with a meaning of their own; an app may send any other name. */
export const EVENT = {
  transaction: "vox.transaction",
  /** A step inside a transaction. */
  step: "vox.step",
  exception: "exception",
  /** The app ended because of an error that nobody caught. */
  crash: "app.crash",
  screenViewed: "vox.screen.viewed",
  pageViewed: "vox.page.viewed",
  requestFailed: "vox.request.failed",
  identified: "vox.identified",
  /** What an app showed a customer whom an error stopped, and what the customer did with it. */
  guidance: "vox.guidance",
  surveyShown: "vox.survey.shown",
  surveyDismissed: "vox.survey.dismissed",
  surveyAnswered: "vox.survey.answered",
  search: "vox.search",
  sessionStart: "session.start",
  /** A speed of the page; a later event of the same `ATTR.webVitalId` corrects an earlier one. */
  webVital: "browser.web_vital",
  /** Three clicks at one place within a second. */
  rageClick: "vox.click.rage",
  /** A click on what looks as if it would do something, and does nothing. */
  deadClick: "vox.click.dead",
  /** A form was filled in part, and left. */
  formAbandoned: "vox.form.abandoned",
  /** A page did not react for a while; one event for all of its long tasks. */
  longTask: "vox.long_task",
  /** An SDK's report of events that never left it, one a reason. */
  eventsDropped: "vox.events.dropped",
} as const;

export const OUTCOMES = ["started", "succeeded", "failed", "abandoned"] as const;
export type Outcome = (typeof OUTCOMES)[number];

export const SURVEY_KINDS = ["nps", "csat", "ces", "text", "choice"] as const;
export type SurveyKind = (typeof SURVEY_KINDS)[number];

/** A score's range by survey kind, both ends included; kinds without a score are absent. */
export const SCORE_RANGE: Partial<Record<SurveyKind, readonly [min: number, max: number]>> = {
  nps: [0, 10],
  csat: [1, 5],
  ces: [1, 7],
};
