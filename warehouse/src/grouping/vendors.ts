/** Whose code a frame is in, when it is not the app's. */
export const VENDORS = {
  java: [
    ..."java javax jakarta kotlin kotlinx sun jdk android androidx dalvik scala groovy clojure reactor rx feign dagger okhttp3 okio retrofit2 graphql ognl".split(
      " ",
    ),
    ..."com.sun com.android com.google com.fasterxml com.mysql com.zaxxer com.squareup com.netflix com.oracle com.ibm com.microsoft com.rabbitmq com.mongodb".split(
      " ",
    ),
    ..."com.alibaba.druid com.alibaba.fastjson com.alibaba.fastjson2 com.alibaba.dubbo com.alibaba.nacos com.alibaba.csp com.baomidou com.github.pagehelper com.facebook.react com.bumptech.glide".split(
      " ",
    ),
    ..."org.springframework org.apache org.hibernate org.postgresql org.mybatis org.slf4j org.junit org.eclipse org.jboss org.redisson org.quartz org.aspectj org.codehaus org.glassfish org.bouncycastle org.jetbrains org.opentest4j org.xml org.w3c".split(
      " ",
    ),
    ..."io.netty io.grpc io.opentelemetry io.micrometer io.reactivex io.vertx io.ktor io.lettuce io.undertow io.quarkus io.flutter io.jsonwebtoken redis.clients ch.qos.logback net.sf.cglib net.bytebuddy brave javassist".split(
      " ",
    ),
  ],
  dotnet:
    "System Microsoft Newtonsoft Npgsql Dapper MediatR Polly Grpc Xamarin Mono Swashbuckle AutoMapper MySql MySqlConnector StackExchange Serilog NLog Autofac Castle FluentValidation MassTransit RabbitMQ Hangfire OpenTelemetry Refit RestSharp Oracle Quartz".split(
      " ",
    ),
  dart: "dart: package:flutter/ package:flutter_test/ package:dio/ package:http/ package:provider/ package:bloc/ package:flutter_bloc/ package:riverpod/ package:flutter_riverpod/ package:get/ package:rxdart/ package:async/ package:collection/ package:stack_trace/ package:hooks_riverpod/ package:go_router/ package:sqflite/ package:opentelemetry/ org-dartlang-sdk:".split(
    " ",
  ),
  apple:
    /^(?:lib[\w.+-]+\.dylib|lib(?:system|dispatch|objc|swift|c\+\+)\S*|dyld\S*|UIKit\w*|Foundation|CoreFoundation|CFNetwork|SwiftUI\w*|QuartzCore|GraphicsServices|WebKit|WebCore|JavaScriptCore|FrontBoard\w*|BaseBoard|Combine|CoreData|CoreLocation|CoreGraphics|AppKit|Security|AttributeGraph|RunningBoard\w*|\?\?\?|AVFoundation|CoreAutoLayout|NetworkExtension|Network|StoreKit|UserNotifications|React|hermes|Alamofire|RxSwift|AFNetworking|SDWebImage|Kingfisher|Realm\w*)$/,
} as const;

/** Whether a name is one of these or within one of them. */
export function startsWithAny(name: string, heads: readonly string[]): boolean {
  return heads.some(
    (head) =>
      name.startsWith(head) &&
      (head.endsWith("/") ||
        head.endsWith(":") ||
        name.length === head.length ||
        ".$/".includes(name[head.length] ?? "")),
  );
}
