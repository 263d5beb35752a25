/**
 * What nucleus lite 2.6.0 was seen to answer on Debian 12, frame by frame: lengths, order of headers and payloads are
 * those that were measured. recording.ts explains the notation.
 */
export const FRAMES = String.raw`
== connect
> open
> connect {"authToken":"{{token}}"}
< [71] :message-type=5 :message-flags=1 :stream-id=0 | 
== SubscribeToTopic
> 1 SubscribeToTopic {"topic":"oracle/g"}
< [167] :message-type=0 :message-flags=0 :stream-id=1 :content-type="application/json" service-model-type="aws.greengrass#SubscribeToTopicResponse" | {}
== PublishToTopic json
> 2 PublishToTopic {"topic":"oracle/g","publishMessage":{"jsonMessage":{"message":{"b":"x/y\"é","a":1}}}}
< [248] :message-type=0 :message-flags=0 :stream-id=1 :content-type="application/json" service-model-type="aws.greengrass#SubscriptionResponseMessage" | {"jsonMessage":{"message":{"a":1,"b":"x/y\"é"},"context":{"topic":"oracle/g"}}}
< [165] :message-type=0 :message-flags=0 :stream-id=2 :content-type="application/json" service-model-type="aws.greengrass#PublishToTopicResponse" | {}
== PublishToTopic binary
> 3 PublishToTopic {"topic":"oracle/g","publishMessage":{"binaryMessage":{"message":"aGk="}}}
< [235] :message-type=0 :message-flags=0 :stream-id=1 :content-type="application/json" service-model-type="aws.greengrass#SubscriptionResponseMessage" | {"binaryMessage":{"message":"aGk=","context":{"topic":"oracle/g"}}}
< [165] :message-type=0 :message-flags=0 :stream-id=3 :content-type="application/json" service-model-type="aws.greengrass#PublishToTopicResponse" | {}
== PublishToTopic bad base64
> 4 PublishToTopic {"topic":"oracle/g","publishMessage":{"binaryMessage":{"message":"***"}}}
< [234] :message-type=0 :message-flags=0 :stream-id=1 :content-type="application/json" service-model-type="aws.greengrass#SubscriptionResponseMessage" | {"binaryMessage":{"message":"***","context":{"topic":"oracle/g"}}}
< [165] :message-type=0 :message-flags=0 :stream-id=4 :content-type="application/json" service-model-type="aws.greengrass#PublishToTopicResponse" | {}
== PublishToTopic both
> 5 PublishToTopic {"topic":"oracle/g","publishMessage":{"binaryMessage":{"message":"aGk="},"jsonMessage":{"message":1}}}
< [224] :message-type=1 :message-flags=2 :stream-id=5 :content-type="application/json" service-model-type="aws.greengrass#ServiceError" | {"_message":"Received invalid parameters.","_errorCode":"ServiceError"}
== PublishToTopic unauthorised
> 6 PublishToTopic {"topic":"other/t","publishMessage":{"binaryMessage":{"message":"aGk="}}}
< [235] :message-type=1 :message-flags=2 :stream-id=6 :content-type="application/json" service-model-type="aws.greengrass#UnauthorizedError" | {"_message":"IPC Operation not authorized.","_errorCode":"UnauthorizedError"}
== PublishToTopic without topic
> 7 PublishToTopic {"publishMessage":{"binaryMessage":{"message":"aGk="}}}
< [224] :message-type=1 :message-flags=2 :stream-id=7 :content-type="application/json" service-model-type="aws.greengrass#ServiceError" | {"_message":"Received invalid parameters.","_errorCode":"ServiceError"}
== unknown operation
> 8 NoSuchOperation {}
< [196] :message-type=1 :message-flags=2 :stream-id=8 :content-type="application/json" service-model-type="aws.greengrass#ServiceError" | {"_message":"","_errorCode":"ServiceError"}
== GetConfiguration
> 9 GetConfiguration {"componentName":"com.example.Beta","keyPath":["who"]}
< [224] :message-type=0 :message-flags=0 :stream-id=9 :content-type="application/json" service-model-type="aws.greengrass#GetConfigurationResponse" | {"componentName":"com.example.Beta","value":{"who":"beta"}}
== GetConfiguration without keyPath
> 10 GetConfiguration {"componentName":"com.example.Beta"}
< [413] :message-type=0 :message-flags=0 :stream-id=10 :content-type="application/json" service-model-type="aws.greengrass#GetConfigurationResponse" | {"componentName":"com.example.Beta","value":{"who":"beta","accessControl":{"aws.greengrass.ipc.pubsub":{"com.example.Beta:pubsub:1":{"policyDescription":"subscribe only","operations":["aws.greengrass#SubscribeToTopic"],"resources":["oracle/*"]}}}}}
== GetConfiguration missing
> 11 GetConfiguration {"keyPath":["none"]}
< [228] :message-type=1 :message-flags=2 :stream-id=11 :content-type="application/json" service-model-type="aws.greengrass#ResourceNotFoundError" | {"_message":"Key not found.","_errorCode":"ResourceNotFoundError"}
== SubscribeToConfigurationUpdate
> 12 SubscribeToConfigurationUpdate {"keyPath":[]}
< [181] :message-type=0 :message-flags=0 :stream-id=12 :content-type="application/json" service-model-type="aws.greengrass#SubscribeToConfigurationUpdateResponse" | {}
== UpdateConfiguration
> 13 UpdateConfiguration {"keyPath":[],"timestamp":{{seconds}}.05,"valueToMerge":{"n2":{{now}}}}
< [249] :message-type=0 :message-flags=0 :stream-id=12 :content-type="application/json" service-model-type="aws.greengrass#ConfigurationUpdateEvents" | {"configurationUpdateEvent":{"componentName":"com.example.Alpha","keyPath":["n2"]}}
< [170] :message-type=0 :message-flags=0 :stream-id=13 :content-type="application/json" service-model-type="aws.greengrass#UpdateConfigurationResponse" | {}
== UpdateConfiguration integer timestamp
> 14 UpdateConfiguration {"keyPath":[],"timestamp":{{seconds}},"valueToMerge":{"n2":2}}
< [242] :message-type=1 :message-flags=2 :stream-id=14 :content-type="application/json" service-model-type="aws.greengrass#InvalidArgumentsError" | {"_message":"Received invalid parameters.","_errorCode":"InvalidArgumentsError"}
== reused stream id 2
> 2 PublishToTopic {"topic":"oracle/g","publishMessage":{"binaryMessage":{"message":"aGk="}}}
< [235] :message-type=0 :message-flags=0 :stream-id=1 :content-type="application/json" service-model-type="aws.greengrass#SubscriptionResponseMessage" | {"binaryMessage":{"message":"aGk=","context":{"topic":"oracle/g"}}}
< [165] :message-type=0 :message-flags=0 :stream-id=2 :content-type="application/json" service-model-type="aws.greengrass#PublishToTopicResponse" | {}
== publish after terminate
> terminate 1
> 20 PublishToTopic {"topic":"oracle/g","publishMessage":{"binaryMessage":{"message":"aGk="}}}
< [165] :message-type=0 :message-flags=0 :stream-id=20 :content-type="application/json" service-model-type="aws.greengrass#PublishToTopicResponse" | {}
== payload not JSON
> 21 PublishToTopic {"topic":
< [196] :message-type=1 :message-flags=2 :stream-id=21 :content-type="application/json" service-model-type="aws.greengrass#ServiceError" | {"_message":"","_errorCode":"ServiceError"}
== Ping
> ping
< CLOSED
== connect: bad token
> open
> connect {"authToken":"AAAAAAAAAAAAAAAA"}
< CLOSED
== connect: no identity
> open
> connect {}
< CLOSED
== connect: version 0.2.0
> open
> connect@0.2.0 {"authToken":"{{token}}"}
< CLOSED
== connect: token + right name
> open
> connect {"authToken":"{{token}}","componentName":"com.example.Alpha"}
< [71] :message-type=5 :message-flags=1 :stream-id=0 | 
== connect: token + wrong name
> open
> connect {"authToken":"{{token}}","componentName":"com.example.Beta"}
< CLOSED
== connect: operation before connect
> open
> 1 GetConfiguration {}
< CLOSED
== connect: name by cgroup
> open
> connect {"componentName":"com.example.Alpha"}
< [97] :message-type=5 :message-flags=1 :stream-id=0 svcuid="????????????????" | 
`
