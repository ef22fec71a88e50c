import { expect, test } from "vitest";
import { parseStack } from "./parse-stack.ts";

/** A stack as `format: type: own frame, (library's frame)`, a line an exception. */
function read(stack: string): string {
  const { format, exceptions } = parseStack(stack);
  const lines = exceptions.map(({ type, frames }) => {
    const calls = frames.map(({ module, function: name, line, isInApp }) => {
      const text = `${module} ${name} ${line}`;
      return isInApp ? text : `(${text})`;
    });
    return `${type}: ${calls.join(", ")}`;
  });
  return [format, ...lines].join("\n");
}

const STACKS: [name: string, stack: string, expected: string][] = [
  [
    "Chrome",
    "TypeError: x\n    at async TransferPage.submit [as go] (https://a/app.3f2a1b9c.js:1:2)\n    at new Form (https://a/src/form.ts?v=1:3:4)\n    at Array.map (<anonymous>)\n    at https://a/node_modules/vue/vue.js:5:6",
    "javascript\nTypeError: app.*.js submit 1, src/form.ts Form 3, (<anonymous> map null), (node_modules/vue/vue.js  5)",
  ],
  [
    "Firefox",
    "async*submit@https://a/app.js:1:2\nform/<@https://a/form.js:3:4\n@https://a/x.js line 9 > eval:1:1\ninject@moz-extension://1/x.js:1:1",
    "javascript\n: app.js submit 1, form.js  3, x.js  null, (moz-extension:/*/x.js inject 1)",
  ],
  [
    "Safari",
    "submit@https://a/app.js:1:2\nmap@[native code]\nglobal code@https://a/app.js:9:1",
    "javascript\n: app.js submit 1, ([native code] map null), app.js  9",
  ],
  [
    "Java",
    "a.b.XException: x\n\tat app//com.bank.Transfer$$SpringCGLIB$$0.lambda$submit$3(Transfer.java:7)\n\tSuppressed: a.b.Y: y\n\t\tat com.bank.Z.close(Z.java:1)\nCaused by: a.b.Root: r\n\tat com.bank.Ledger$1.debit(Ledger.kt:9)\n\tat java.base/java.lang.Thread.run(Thread.java:1)\n\t... 3 more\nCaused by: [CIRCULAR REFERENCE: a.b.XException: x]",
    "java\na.b.XException: com.bank.Transfer lambda$submit 7\na.b.Root: com.bank.Ledger$ debit 9, (java.lang.Thread run 1)",
  ],
  [
    ".NET",
    "System.Exception: outer\n ---> Bank.InnerException: inner\n   at Bank.Store.<LoadAsync>d__4.MoveNext() in /src/Store.cs:line 8\n   --- End of inner exception stack trace ---\n   在 Bank.Service.Run[T](List`1 rows) 位置 C:\\src\\Service.cs:行号 5\n   at System.Linq.Enumerable.First[T](IEnumerable`1 source)",
    "dotnet\nSystem.Exception: Bank.Service Run 5, (System.Linq.Enumerable First null)\nBank.InnerException: Bank.Store LoadAsync 8",
  ],
  [
    "Go",
    "goroutine 7 [running]:\nmain.recoverAll.func1()\n\t/src/main.go:5 +0x1\npanic({0x1, 0x2})\n\t/usr/local/go/src/runtime/panic.go:884 +0x2\nbank/transfer.(*Service).Submit(0xc00, {0x1})\n\t/src/service.go:40 +0x3\nnet/http.(*conn).serve(0x1)\n\t/usr/local/go/src/net/http/server.go:9 +0x1\ncreated by main.main in goroutine 1\n\t/src/main.go:1 +0x1\n\ngoroutine 8 [select]:\nmain.other()\n\t/src/main.go:99 +0x1",
    "go\n: bank/transfer (*Service).Submit 40, (net/http (*conn).serve 9)",
  ],
  [
    "Python",
    'Traceback (most recent call last):\n  File "/app/bank/a.py", line 3, in load\n    x()\nKeyError: 1\n\nDuring handling of the above exception, another exception occurred:\n\nTraceback (most recent call last):\n  File "/usr/lib/python3.12/site-packages/django/core.py", line 9, in get\n    y()\n  File "/app/bank/b.py", line 5, in post\n    raise E\nbank.E: no',
    "python\nbank.E: bank/b.py post 5, (usr/lib/python3.12/site-packages/django/core.py get 9)\nKeyError: bank/a.py load 3",
  ],
  [
    "Swift",
    "0   CoreFoundation  0x00000001a0 __exceptionPreprocess + 1\n1   Bank App  0x0000000104a3c2f4 closure #2 in Transfer.submit() + 40\n2   Bank App  0x0000000104a3c2f4 Transfer.tap(_:) (Transfer.swift:12)\n3   Bank App  0x0000000104a3c2f4 0x104a00000 + 246516",
    "apple\n: (CoreFoundation __exceptionPreprocess null), Bank App closure in Transfer.submit() null, Bank App Transfer.tap(_:) 12, (Bank App  null)",
  ],
  [
    "Dart",
    "#0      Page.submit.<anonymous closure>.<anonymous closure> (package:bank/page.dart:4:2)\n<asynchronous suspension>\n#1      State.setState (package:flutter/src/framework.dart:9:1)",
    "dart\n: package:bank/page.dart Page.submit.<fn> 4, (package:flutter/src/framework.dart State.setState 9)",
  ],
  [
    "HarmonyOS",
    "Error: x\n    at onClick entry|entry|1.0.0|src/main/ets/pages/Index.ts:24:5",
    "javascript\nError: entry/src/main/ets/pages/Index.ts onClick 24",
  ],
];

test.each(STACKS)("a stack of %s is read", (_, stack, expected) => {
  expect(read(stack)).toBe(expected);
  expect(read(stack.replaceAll("\n", "\r\n"))).toBe(expected);
});

test("a text that is no stack has no exceptions", () => {
  for (const text of ["", "   ", "no stack", "at", "a@b", "\u0000\uFFFD".repeat(99)])
    expect(parseStack(text)).toEqual({ format: "", exceptions: [] });
});
