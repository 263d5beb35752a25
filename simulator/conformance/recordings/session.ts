/**
 * What the device SDK got from nucleus lite 2.6.0 in one session, as frames: the requests are those that the SDK
 * sends, the answers what it handed on. The core's daemons for IPC and configuration ran alone then, without systemd
 * and without a broker. Two calls are left out that the SDK refuses by itself: a message of no kind and one of two
 * kinds. recording.ts explains the notation.
 */
export const SESSION = `
== connect
> open
> connect {"authToken":"{{token}}"}
< [71] :message-type=5 :message-flags=1 :stream-id=0 | 
== subscribe oracle/a
> 1 SubscribeToTopic {"topic":"oracle/a"}
< 1 response SubscribeToTopicResponse {}
== subscribe oracle/+/x wildcard
> 2 SubscribeToTopic {"topic":"oracle/+/x"}
< 2 response SubscribeToTopicResponse {}
== subscribe oracle/#
> 3 SubscribeToTopic {"topic":"oracle/#"}
< 3 response SubscribeToTopicResponse {}
== subscribe unauthorised other/t
> 4 SubscribeToTopic {"topic":"other/t"}
< 4 error UnauthorizedError {"_message":"IPC Operation not authorized.","_errorCode":"UnauthorizedError"}
== publish json scalar
> 5 PublishToTopic {"topic":"oracle/a","publishMessage":{"jsonMessage":{"message":"str"}}}
< 5 response PublishToTopicResponse {}
< 1 event SubscriptionResponseMessage {"jsonMessage":{"message":"str","context":{"topic":"oracle/a"}}}
< 3 event SubscriptionResponseMessage {"jsonMessage":{"message":"str","context":{"topic":"oracle/a"}}}
== publish json array
> 6 PublishToTopic {"topic":"oracle/a","publishMessage":{"jsonMessage":{"message":[1,2]}}}
< 6 response PublishToTopicResponse {}
< 1 event SubscriptionResponseMessage {"jsonMessage":{"message":[1,2],"context":{"topic":"oracle/a"}}}
< 3 event SubscriptionResponseMessage {"jsonMessage":{"message":[1,2],"context":{"topic":"oracle/a"}}}
== publish json depth 14
> 7 PublishToTopic {"topic":"oracle/a","publishMessage":{"jsonMessage":{"message":{{levels 14}}}}}
< 7 error ServiceError {"_message":"Failed to publish the message.","_errorCode":"ServiceError"}
== publish json 300 keys
> 8 PublishToTopic {"topic":"oracle/a","publishMessage":{"jsonMessage":{"message":{{keys 300}}}}}
< 8 error ServiceError {"_message":"","_errorCode":"ServiceError"}
== publish empty binary
> 9 PublishToTopic {"topic":"oracle/a","publishMessage":{"binaryMessage":{"message":""}}}
< 9 response PublishToTopicResponse {}
< 1 event SubscriptionResponseMessage {"binaryMessage":{"message":"","context":{"topic":"oracle/a"}}}
< 3 event SubscriptionResponseMessage {"binaryMessage":{"message":"","context":{"topic":"oracle/a"}}}
== publish empty topic
> 10 PublishToTopic {"topic":"","publishMessage":{"binaryMessage":{"message":""}}}
< 10 error UnauthorizedError {"_message":"IPC Operation not authorized.","_errorCode":"UnauthorizedError"}
== publish json
> 11 PublishToTopic {"topic":"oracle/a","publishMessage":{"jsonMessage":{"message":{"v":1,"s":"é","n":null,"f":1,"big":1e+21,"a":[1,2.5]}}}}
< 11 response PublishToTopicResponse {}
< 1 event SubscriptionResponseMessage {"jsonMessage":{"message":{"a":[1,2.5],"big":1e+21,"f":1,"n":null,"s":"é","v":1},"context":{"topic":"oracle/a"}}}
< 3 event SubscriptionResponseMessage {"jsonMessage":{"message":{"a":[1,2.5],"big":1e+21,"f":1,"n":null,"s":"é","v":1},"context":{"topic":"oracle/a"}}}
== publish binary
> 12 PublishToTopic {"topic":"oracle/a","publishMessage":{"binaryMessage":{"message":"Ymlu"}}}
< 12 response PublishToTopicResponse {}
< 1 event SubscriptionResponseMessage {"binaryMessage":{"message":"Ymlu","context":{"topic":"oracle/a"}}}
< 3 event SubscriptionResponseMessage {"binaryMessage":{"message":"Ymlu","context":{"topic":"oracle/a"}}}
== publish oracle/k/x
> 13 PublishToTopic {"topic":"oracle/k/x","publishMessage":{"binaryMessage":{"message":"dw=="}}}
< 13 response PublishToTopicResponse {}
< 2 event SubscriptionResponseMessage {"binaryMessage":{"message":"dw==","context":{"topic":"oracle/k/x"}}}
< 3 event SubscriptionResponseMessage {"binaryMessage":{"message":"dw==","context":{"topic":"oracle/k/x"}}}
== publish to wildcard topic
> 14 PublishToTopic {"topic":"oracle/+","publishMessage":{"binaryMessage":{"message":"dw=="}}}
< 14 response PublishToTopicResponse {}
< 3 event SubscriptionResponseMessage {"binaryMessage":{"message":"dw==","context":{"topic":"oracle/+"}}}
== publish unauthorised
> 15 PublishToTopic {"topic":"other/t","publishMessage":{"binaryMessage":{"message":"dw=="}}}
< 15 error UnauthorizedError {"_message":"IPC Operation not authorized.","_errorCode":"UnauthorizedError"}
== get all
> 16 GetConfiguration {"componentName":"com.example.Alpha","keyPath":[]}
< 16 response GetConfigurationResponse {"componentName":"com.example.Alpha","value":{"sampleText":"hello","n":"42","f":"1.5","flag":"true","nested":{"a":"x","list":["1","two","false"]},"accessControl":{{rights}}}}
== get keyPath leaf
> 17 GetConfiguration {"keyPath":["sampleText"]}
< 17 response GetConfigurationResponse {"componentName":"com.example.Alpha","value":{"sampleText":"hello"}}
== get keyPath map
> 18 GetConfiguration {"keyPath":["nested"]}
< 18 response GetConfigurationResponse {"componentName":"com.example.Alpha","value":{"a":"x","list":["1","two","false"]}}
== get keyPath list
> 19 GetConfiguration {"keyPath":["nested","list"]}
< 19 response GetConfigurationResponse {"componentName":"com.example.Alpha","value":{"list":["1","two","false"]}}
== get missing
> 20 GetConfiguration {"keyPath":["none"]}
< 20 error ResourceNotFoundError {"_message":"Key not found.","_errorCode":"ResourceNotFoundError"}
== get other component
> 21 GetConfiguration {"componentName":"com.example.Beta","keyPath":["who"]}
< 21 response GetConfigurationResponse {"componentName":"com.example.Beta","value":{"who":"beta"}}
== get unknown component
> 22 GetConfiguration {"componentName":"com.example.None","keyPath":["who"]}
< 22 error ResourceNotFoundError {"_message":"Key not found.","_errorCode":"ResourceNotFoundError"}
== get Nucleus awsRegion
> 23 GetConfiguration {"componentName":"aws.greengrass.Nucleus","keyPath":["awsRegion"]}
< 23 response GetConfigurationResponse {"componentName":"aws.greengrass.Nucleus","value":{"awsRegion":"{{region}}"}}
== subscribe config
> 24 SubscribeToConfigurationUpdate {"keyPath":["nested"]}
< 24 response SubscribeToConfigurationUpdateResponse {}
== subscribe config missing key
> 25 SubscribeToConfigurationUpdate {"keyPath":["none"]}
< 25 error ResourceNotFoundError {"_message":"Key not found","_errorCode":"ResourceNotFoundError"}
== update merge
> 26 UpdateConfiguration {"keyPath":[],"timestamp":{{seconds}}.11,"valueToMerge":{"sampleText":"bye","nested":{"a":"y","b":{"c":1}}}}
< 26 response UpdateConfigurationResponse {}
< 24 event ConfigurationUpdateEvents {"configurationUpdateEvent":{"componentName":"com.example.Alpha","keyPath":["nested","a"]}}
< 24 event ConfigurationUpdateEvents {"configurationUpdateEvent":{"componentName":"com.example.Alpha","keyPath":["nested","b","c"]}}
== update leaf keyPath
> 27 UpdateConfiguration {"keyPath":["nested","z"],"timestamp":{{seconds}}.12,"valueToMerge":7}
< 27 response UpdateConfigurationResponse {}
< 24 event ConfigurationUpdateEvents {"configurationUpdateEvent":{"componentName":"com.example.Alpha","keyPath":["nested","z"]}}
== update stale timestamp
> 28 UpdateConfiguration {"keyPath":["nested","z"],"timestamp":1000.5,"valueToMerge":8}
< 28 response UpdateConfigurationResponse {}
== update, timestamp a whole second
> 29 UpdateConfiguration {"keyPath":["nested","z"],"timestamp":{{seconds}},"valueToMerge":8}
< 29 error InvalidArgumentsError {"_message":"Received invalid parameters.","_errorCode":"InvalidArgumentsError"}
== update typed values
> 30 UpdateConfiguration {"keyPath":["typed"],"timestamp":{{seconds}}.13,"valueToMerge":{"i":3,"d":2.5,"t":true,"n":null,"l":[1,"a",{"k":2}]}}
< 30 response UpdateConfigurationResponse {}
== get typed
> 31 GetConfiguration {"keyPath":["typed"]}
< 31 response GetConfigurationResponse {"componentName":"com.example.Alpha","value":{"d":2.5,"i":3,"l":[1,"a",{"k":2}],"n":null,"t":true}}
== update map over leaf
> 32 UpdateConfiguration {"keyPath":["sampleText"],"timestamp":{{seconds}}.14,"valueToMerge":{"x":1}}
< 32 error ServiceError {"_message":"Failed to update the configuration.","_errorCode":"ServiceError"}
== update leaf over map
> 33 UpdateConfiguration {"keyPath":["nested"],"timestamp":{{seconds}}.15,"valueToMerge":5}
< 33 error ServiceError {"_message":"Failed to update the configuration.","_errorCode":"ServiceError"}
== update empty map
> 34 UpdateConfiguration {"keyPath":["emptyMap"],"timestamp":{{seconds}}.16,"valueToMerge":{}}
< 34 response UpdateConfigurationResponse {}
== update other component
> 35 UpdateConfiguration {"componentName":"com.example.Beta","keyPath":["who"],"timestamp":{{seconds}}.17,"valueToMerge":"changed"}
< 35 response UpdateConfigurationResponse {}
== update accessControl deep
> 36 UpdateConfiguration {"keyPath":["accessControl","aws.greengrass.ipc.pubsub"],"timestamp":{{seconds}}.18,"valueToMerge":{}}
< 36 error InvalidArgumentsError {"_message":"Config update is not allowed for following field [accessControl]","_errorCode":"InvalidArgumentsError"}
== update accessControl
> 37 UpdateConfiguration {"keyPath":[],"timestamp":{{seconds}}.19,"valueToMerge":{"accessControl":{}}}
< 37 error InvalidArgumentsError {"_message":"Config update is not allowed for following field [accessControl]","_errorCode":"InvalidArgumentsError"}
== get all after
> 38 GetConfiguration {"componentName":"com.example.Alpha","keyPath":[]}
< 38 response GetConfigurationResponse {"componentName":"com.example.Alpha","value":{"sampleText":"bye","n":"42","f":"1.5","flag":"true","nested":{"a":"y","list":["1","two","false"],"b":{"c":1},"z":7},"accessControl":{{rights}},"typed":{"d":2.5,"i":3,"l":[1,"a",{"k":2}],"n":null,"t":true},"emptyMap":{},"who":"changed"}}
== updateState RUNNING
> 39 UpdateState {"state":"RUNNING"}
< 39 error ServiceError {"_message":"Failed to update the lifecycle state.","_errorCode":"ServiceError"}
== publishToIoTCore
> 40 PublishToIoTCore {"topicName":"cloud/a","qos":"0","payload":"dw=="}
< 40 error ServiceError {"_message":"Failed to publish the message.","_errorCode":"ServiceError"}
== publishToIoTCore unauthorised
> 41 PublishToIoTCore {"topicName":"other/a","qos":"0","payload":"dw=="}
< 41 error UnauthorizedError {"_message":"IPC Operation not authorized.","_errorCode":"UnauthorizedError"}
== getComponentDetails
> 42 GetComponentDetails {"componentName":"com.example.Beta"}
< 42 error ServiceError {"_message":"","_errorCode":"ServiceError"}
== listComponents
> 43 ListComponents {}
< 43 error ServiceError {"_message":"","_errorCode":"ServiceError"}
== putComponentMetric
> 44 PutComponentMetric {"metrics":[{"name":"m","unit":"COUNT","value":1}]}
< 44 error ServiceError {"_message":"","_errorCode":"ServiceError"}
== getThingShadow
> 45 GetThingShadow {"thingName":"t","shadowName":"s"}
< 45 error ServiceError {"_message":"","_errorCode":"ServiceError"}
== getSecretValue
> 46 GetSecretValue {"secretId":"s"}
< 46 error ServiceError {"_message":"","_errorCode":"ServiceError"}
== deferComponentUpdate
> 47 DeferComponentUpdate {"deploymentId":"d"}
< 47 error ServiceError {"_message":"","_errorCode":"ServiceError"}
== subscribeToComponentUpdates
> 48 SubscribeToComponentUpdates {}
< 48 error ServiceError {"_message":"","_errorCode":"ServiceError"}
== publish after close
> terminate 1
> 49 PublishToTopic {"topic":"oracle/a","publishMessage":{"binaryMessage":{"message":"eg=="}}}
< 49 response PublishToTopicResponse {}
< 3 event SubscriptionResponseMessage {"binaryMessage":{"message":"eg==","context":{"topic":"oracle/a"}}}
== publish binary 1000 bytes
> terminate 3
> 50 SubscribeToTopic {"topic":"oracle/b"}
> 51 PublishToTopic {"topic":"oracle/b","publishMessage":{"binaryMessage":{"message":"{{bytes 1000}}"}}}
< 50 response SubscribeToTopicResponse {}
< 51 response PublishToTopicResponse {}
< 50 event SubscriptionResponseMessage {"binaryMessage":{"message":"{{bytes 1000}}","context":{"topic":"oracle/b"}}}
== publish binary 7300 bytes
> 52 PublishToTopic {"topic":"oracle/b","publishMessage":{"binaryMessage":{"message":"{{bytes 7300}}"}}}
< 52 response PublishToTopicResponse {}
< 50 event SubscriptionResponseMessage {"binaryMessage":{"message":"{{bytes 7300}}","context":{"topic":"oracle/b"}}}
== publish binary 7400 bytes
> 53 PublishToTopic {"topic":"oracle/b","publishMessage":{"binaryMessage":{"message":"{{bytes 7400}}"}}}
< CLOSED
== connect again
> open
> connect {"authToken":"{{token}}"}
< [71] :message-type=5 :message-flags=1 :stream-id=0 | 
== publish binary 64000 bytes
> 1 PublishToTopic {"topic":"oracle/b","publishMessage":{"binaryMessage":{"message":"{{bytes 64000}}"}}}
< CLOSED
`
