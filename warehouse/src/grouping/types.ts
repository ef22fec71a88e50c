/** The last part of a type's name. */
export function simpleType(type: string): string {
  return type.slice(
    Math.max(type.lastIndexOf("."), type.lastIndexOf("*"), type.lastIndexOf("$"), type.lastIndexOf(":")) + 1,
  );
}

/** Whether a type is thrown for so many reasons that only the message tells them apart. */
export function isGeneric(type: string): boolean {
  const simple = simpleType(type);
  return simple.length <= 2 || GENERIC.has(simple.toLowerCase()) || BROAD.test(simple);
}

const GENERIC: ReadonlySet<string> = new Set(
  (
    "error exception throwable runtimeexception illegalargumentexception illegalstateexception unsupportedoperationexception " +
    "applicationexception systemexception invalidoperationexception argumentexception argumentoutofrangeexception notsupportedexception " +
    "typeerror referenceerror syntaxerror rangeerror aggregateerror domexception uncaughterror unhandledrejection axioserror apolloerror " +
    "valueerror runtimeerror assertionerror oserror ioerror systemerror attributeerror keyerror lookuperror exceptiongroup " +
    "ioexception sqlexception dataaccessexception businessexception serviceexception bizexception apiexception apierror httperror httpexception " +
    "httprequestexception resttemplateexception restclientexception feignexception statuserror statusexception statusruntimeexception " +
    "stateerror argumenterror platformexception formatexception dioexception dioerror clientexception " +
    "errorstring wraperror wraperrors fundamental withstack withmessage panic string boundserror runtime.error " +
    "nserror nsexception nsinvalidargumentexception nsinternalinconsistencyexception nsgenericexception fatalerror sigabrt sigtrap exc_breakpoint exc_crash " +
    "object unknown unknownerror customerror appexception baseexception validationexception validationerror constraintviolationexception"
  ).split(" "),
);

/** Named after a layer or a part of the system instead of what went wrong there. */
const BROAD =
  /^(?:App|Application|Base|Basic|Biz|Business|Common|Core|Custom|Default|Generic|Internal|Main|My|System|Service|Server|Client|Remote|Rpc|Grpc|Api|Http|Rest|Web|Network|Request|Response|Result|Backend|Gateway|Domain|Operation|Process|Task|Job|Action|Database|Data|Db|Sql|Query|Storage|Repository|Dao|Bank|Payment|Pay|Order|User|Account|Validation|Validate|Check|Parse|Invalid|Unexpected|Unhandled|Fatal|Critical){1,4}(?:Error|Exception|Failure|Fault)$/i;

/** Whether an exception says nothing but that another one happened elsewhere. */
export function isWrapper(type: string): boolean {
  return WRAPPERS.has(simpleType(type));
}

const WRAPPERS: ReadonlySet<string> = new Set([
  "ExecutionException",
  "CompletionException",
  "InvocationTargetException",
  "UndeclaredThrowableException",
  "NestedServletException",
  "ServletException",
  "AggregateException",
  "TargetInvocationException",
]);
