package dev.tocsin.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the chart refuses, and what it says: the value, and what is allowed. */
class ChartRefusalsTest {
    private static final String DATA = "storage: {data: {mountPath: /data, claim: {size: 1Gi}}}";
    private static final String JOURNAL = "config: {source: {kafka: {enabled: false}, directory: {path: /data/in}},"
            + " sink: {kafka: {enabled: false}}, checkpoint: {directory: /data/checkpoint}}";

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {config: {trigger: {mode: available-now}}} | workload.kind = Deployment: with config.trigger.mode = available-now the program ends by itself; must be Job or CronJob
            {workload: {kind: Job}} | workload.kind = Job: with config.trigger.mode = default the program never ends; must be Deployment, or config.trigger.mode available-now or once
            {workload: {kind: CronJob}, config: {trigger: {mode: once}}, keda: {enabled: true}} | keda.enabled = true: must be false with workload.kind = CronJob
            {workload: {kind: Job}, config: {trigger: {mode: once}}, autoscaling: {enabled: true}} | autoscaling.enabled = true: must be false with workload.kind = Job
            {workload: {kind: Job}, config: {trigger: {mode: once}}, podDisruptionBudget: {enabled: true}} | podDisruptionBudget.enabled = true: must be false with workload.kind = Job
            {workload: {kind: Job}, config: {trigger: {mode: once}}, ingress: {enabled: true}} | ingress.enabled = true: must be false with workload.kind = Job
            {workload: {kind: Job}, config: {trigger: {mode: once}}, serviceMonitor: {enabled: true}} | serviceMonitor.enabled = true: must be false with workload.kind = Job
            {workload: {kind: Job}, config: {trigger: {mode: once}}, replicaCount: 2} | replicaCount = 2: must be 1 with workload.kind = Job
            {autoscaling: {enabled: true}, keda: {enabled: true}} | autoscaling.enabled and keda.enabled are both true
            {serviceMonitor: {enabled: true}, podMonitor: {enabled: true}} | serviceMonitor.enabled and podMonitor.enabled are both true
            {autoscaling: {enabled: true, minReplicas: 5}} | autoscaling.minReplicas = 5: must not exceed autoscaling.maxReplicas (3)
            {autoscaling: {enabled: true, targetCPUUtilizationPercentage: null}} | autoscaling.enabled = true needs a target
            {keda: {enabled: true, minReplicaCount: 5}} | keda.minReplicaCount = 5: must not exceed keda.maxReplicaCount (3)
            {keda: {enabled: true, lag: {activationThreshold: 0}}} | keda.lag.activationThreshold = 0: must be 1 or more
            {keda: {enabled: true, lag: {enabled: false}}} | keda.enabled = true needs a trigger
            {keda: {enabled: true, fileBacklog: {enabled: true}}} | keda.fileBacklog.enabled = true: must be false without config.source.directory.path
            {keda: {enabled: true, fileBacklog: {enabled: true}}, config: {source: {directory: {path: /data/in}}}, storage: {data: {mountPath: /data, existingClaim: c, accessModes: [ReadWriteMany]}}} | keda.fileBacklog.serverAddress is not set, and keda.fileBacklog.enabled = true needs it
            {keda: {enabled: true, minReplicaCount: 0}, config: {source: {directory: {path: /data/in}}}, storage: {data: {mountPath: /data, existingClaim: c, accessModes: [ReadWriteMany]}}} | keda.minReplicaCount = 0: must be 1 or more with config.source.directory.path
            {keda: {enabled: true}, config: {source: {kafka: {enabled: false}, directory: {path: /data/in}}}, storage: {data: {mountPath: /data, existingClaim: c, accessModes: [ReadWriteMany]}}} | keda.lag.enabled = true: must be false with config.source.kafka.enabled = false
            {config: {trigger: {mode: processing-time}}} | config.trigger.interval is not set
            {config: {trigger: {interval: 30s}}} | config.trigger.interval = 30s: is used only with config.trigger.mode = processing-time
            {config: {trigger: {checkpoint-interval: 1s}}} | config.trigger.checkpoint-interval = 1s: is used only with config.trigger.mode = continuous
            {config: {trigger: {mode: processing-time, interval: soon}}} | config.trigger.interval = soon: must be a time from 1ms to 36500d, such as 500ms, 30s
            {config: {source: {directory: {scan-interval: 999ms}}}} | config.source.directory.scan-interval = 999ms: must be a time from 1s to 36500d
            {config: {source: {directory: {settle: 0s}}}} | config.source.directory.settle = 0s: must be a time from 1ms
            {config: {ledger: {retention: PT}}} | config.ledger.retention = PT: must be a time from 1ms
            {config: {trigger: {mode: continuous}, delivery: exactly-once}} | config.delivery = exactly-once: with config.trigger.mode = continuous
            {config: {trigger: {mode: continuous}, source: {kafka: {max-records-per-trigger: 9}}}} | config.source.kafka.max-records-per-trigger = 9: bounds a batch
            {config: {trigger: {mode: continuous}, sink: {kafka: {enabled: false}, file: {directory: /a}}}} | config.sink.file.directory is set: without a Kafka sink it must be empty with config.trigger.mode = continuous
            {config: {sink: {file: {directory: /a}}}, replicaCount: 2} | 2 pods at once: alert files (config.sink.file.directory) are written by one instance at a time
            {config: {sink: {file: {directory: /a}}}, workload: {deployment: {strategy: {type: RollingUpdate}}}} | workload.deployment.strategy.type = RollingUpdate: without a Kafka sink, or with alert files,
            {config: {delivery: exactly-once, sink: {kafka: {enabled: false}}}} | config.delivery = exactly-once: with the console as the only sink
            {config: {source: {kafka: {starting-offsets: oldest}}}} | config.source.kafka.starting-offsets = oldest: must be earliest, latest, a timestamp
            {keda: {enabled: true}, kafka: {sasl: {mechanism: PLAIN, existingSecret: s, jaasConfigKey: j}, bootstrapServers: 'k:1'}} | keda.lag.authenticationRef is not set
            {config: {reading: {max-bytes: 1MB}}} | config.reading.max-bytes = 1MB: must be a size from 1Ki to 64Mi, such as 262144, 256Ki or 1Mi
            {config: {reading: {max-bytes: 1Gi}}} | config.reading.max-bytes = 1Gi: must be a size from 1Ki to 64Mi
            {config: {reading: {max-bytes: 1023}}} | config.reading.max-bytes = 1023: must be a size from 1Ki to 64Mi
            {config: {source: {directory: {max-bytes-per-trigger: 0}}}} | config.source.directory.max-bytes-per-trigger = 0: must be a size from 1 to 999999999Gi
            {config: {source: {kafka: {topic: 'a b'}}}} | config.source.kafka.topic = a b: must be 1 to 249 letters
            {config: {source: {kafka: {topic: ..}}}} | config.source.kafka.topic = ..: must be another name than '.' and '..'
            {config: {source: {kafka: {group: a b}}}} | config.source.kafka.group = a b: must be 1 to 200 letters
            {config: {ledger: {topic: iot_alerts}}} | is the topic of
            {config: {rules: {Hot: {above: 1}}}} | config.rules.Hot: a rule's name is 1 to 63 lower-case letters
            {config: {rules: {hot: {severity: info}}}} | config.rules.hot: needs a threshold: above, below or both
            {config: {rules: {hot: {above: 1, below: 2}}}} | config.rules.hot: with both, below (2) must not exceed above (1)
            {config: {source: {kafka: {enabled: false}}}} | no source: config.source.kafka.enabled is false
            {config: {sink: {kafka: {enabled: false}, console: {format: none}}}} | no sink: config.sink.kafka.enabled is false
            {config: {dashboard: {auth: basic}}} | dashboard.existingSecret is not set
            {config: {dashboard: {auth: basic, enabled: false}}} | dashboard.existingSecret is not set
            {dashboard: {existingSecret: d}} | dashboard.existingSecret = d: is used only with config.dashboard.auth = basic
            {config: {source: {directory: {path: /data/in}}}} | config.source.directory.path = /data/in: no volume of storage or extraVolumeMounts is mounted there
            {config: {source: {directory: {path: in}}}} | config.source.directory.path = in: must be an absolute path
            {config: {source: {directory: {after: archive}}}} | config.source.directory.archive-path is not set
            {config: {source: {directory: {archive-path: /data/done}}}} | config.source.directory.archive-path = /data/done: is used only with config.source.directory.after = archive
            {config: {source: {directory: {path: /data/in, after: archive, archive-path: /data/in/}}}} | config.source.directory.archive-path = /data/in/: must lie outside of config.source.directory.path = /data/in
            {config: {source: {directory: {path: /data/in, recursive: true, after: archive, archive-path: /data/in/done}}}} | config.source.directory.archive-path = /data/in/done: must lie outside
            {config: {source: {directory: {path: /data/in, recursive: true}}, sink: {file: {directory: /data/out/../in/out}}}} | config.sink.file.directory = /data/out/../in/out: must lie outside
            {terminationGracePeriodSeconds: 10} | terminationGracePeriodSeconds = 10: must be drainSeconds (24) or more
            {kafka: {bootstrapServers: ''}} | kafka.bootstrapServers is not set
            {kafka: {bootstrapServers: 'http://kafka'}} | kafka.bootstrapServers = http://kafka: must be host:port
            {kafka: {properties: {sasl.jaas.config: x}}} | kafka.properties.sasl.jaas.config: credentials do not belong into a ConfigMap
            {kafka: {properties: {bootstrap.servers: x}}} | kafka.properties.bootstrap.servers: is set by kafka.bootstrapServers
            {kafka: {properties: {ssl.truststore.type: JKS}, tls: {enabled: true, truststore: {existingSecret: s}}}} | kafka.properties.ssl.truststore.type: is set by kafka.tls.truststore
            {kafka: {properties: {ssl.keystore.location: /k}, tls: {enabled: true, keystore: {existingSecret: s}}}} | kafka.properties.ssl.keystore.location: is set by kafka.tls.keystore
            {kafka: {properties: {ssl.endpoint.identification.algorithm: https}, tls: {enabled: true, verifyHostname: false}}} | kafka.properties.ssl.endpoint.identification.algorithm: is set by kafka.tls.verifyHostname
            {kafka: {properties: {sasl.login.callback.handler.class: a.B}, sasl: {mechanism: OAUTHBEARER, existingSecret: s, oauth: {tokenEndpointUrl: 'https://t'}}}} | kafka.properties.sasl.login.callback.handler.class: is set by kafka.sasl.oauth
            {kafka: {sasl: {mechanism: PLAIN}}} | kafka.sasl.existingSecret is not set
            {kafka: {sasl: {mechanism: OAUTHBEARER, existingSecret: s}}} | kafka.sasl.oauth.tokenEndpointUrl is not set
            {kafka: {sasl: {existingSecret: s}}} | kafka.sasl.existingSecret = s: is used only with kafka.sasl.mechanism, and without it nobody logs in
            {kafka: {sasl: {username: u}}} | kafka.sasl.username = u: is used only with kafka.sasl.mechanism
            {kafka: {sasl: {jaasConfigKey: j}}} | kafka.sasl.jaasConfigKey = j: is used only with kafka.sasl.mechanism
            {kafka: {sasl: {oauth: {tokenEndpointUrl: 'https://t'}}}} | kafka.sasl.oauth.tokenEndpointUrl = https://t: is used only with kafka.sasl.mechanism = OAUTHBEARER
            {kafka: {sasl: {mechanism: PLAIN, existingSecret: s, oauth: {scope: a}}}} | kafka.sasl.oauth.scope = a: is used only with kafka.sasl.mechanism = OAUTHBEARER
            {kafka: {sasl: {mechanism: OAUTHBEARER, existingSecret: s, oauth: {tokenEndpointUrl: id.example.com/token}}}} | kafka.sasl.oauth.tokenEndpointUrl = id.example.com/token: must be a URL with its scheme
            {kafka: {sasl: {mechanism: OAUTHBEARER, existingSecret: s, oauth: {tokenEndpointUrl: 'https://t', scope: 'a"b'}}}} | kafka.sasl.oauth.scope = a"b: must be without '"', '\\', '$$'
            {kafka: {sasl: {mechanism: PLAIN, existingSecret: s, username: 'a\\b'}}} | kafka.sasl.username = a\\b: must be without '"'
            {kafka: {sasl: {mechanism: PLAIN, existingSecret: s, username: 'a${b}'}}} | kafka.sasl.username = a${b}: must be without '"'
            {networkPolicy: {enabled: true}, kafka: {bootstrapServers: 'kafka:9092', sasl: {mechanism: OAUTHBEARER, existingSecret: s, oauth: {tokenEndpointUrl: 'https://t'}}}} | networkPolicy.extraEgress is empty, and kafka.sasl.mechanism = OAUTHBEARER needs a rule
            {kafka: {tls: {keystore: {existingSecret: s}}}} | kafka.tls.enabled = false: must be true with a truststore or keystore
            {kafka: {tls: {enabled: true, keystore: {existingSecret: s, type: PKCS12}}}} | kafka.tls.keystore.passwordKey is not set, and kafka.tls.keystore.type = PKCS12 needs it
            {kafka: {tls: {enabled: true, truststore: {existingSecret: s, passwordKey: p}}}} | kafka.tls.truststore.passwordKey = p: must be empty with kafka.tls.truststore.type = PEM
            {ingress: {enabled: true}} | ingress.hosts is empty
            {service: {nodePort: 30080}} | service.nodePort = 30080: must not be set with service.type = ClusterIP
            {prometheusRule: {alerts: {TocsinLost: {enabled: false}}}} | prometheusRule.alerts.TocsinLost: there is no such alert; must be one of TocsinNotReady
            {storage: {data: {mountPath: /data}}} | storage.data: must have one of claim, existingClaim and volume
            {storage: {data: {mountPath: data, existingClaim: c}}} | storage.data.mountPath = data: must be an absolute path
            {storage: {a: {mountPath: /data, existingClaim: a}, b: {mountPath: /data/, existingClaim: b}}} | storage.b.mountPath = /data/: is that of storage.a.mountPath already; each needs its own
            {storage: {a: {mountPath: /data, existingClaim: a}}, extraVolumeMounts: [{name: x, mountPath: /data}]} | storage.a.mountPath = /data: is that of extraVolumeMounts[0].mountPath already
            {storage: {a: {mountPath: /tmp, existingClaim: a}}} | storage.a.mountPath = /tmp: must be another directory than /, /tmp and what is in /etc/tocsin
            {extraVolumeMounts: [{name: x, mountPath: /etc/tocsin/config}]} | extraVolumeMounts[0].mountPath = /etc/tocsin/config: must be another directory
            """)
    void valuesThatDoNotFitTogether(String values, String message) {
        assertThat(Chart.refusal(withBroker(values))).contains(message);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {config: {trigger: {mode: hourly}}} | /config/trigger/mode | 'default', 'processing-time', 'continuous', 'available-now', 'once'
            {config: {source: {kafka: {topik: x}}}} | /config/source/kafka | 'topik' not allowed
            {config: {source: {kafka: {enabled: 'yes'}}}} | /config/source/kafka/enabled | want boolean
            {config: {rules: {hot: {above: high}}}} | /config/rules/hot/above | want number
            {replicaCount: -1} | /replicaCount | minimum
            {image: {digest: latest}} | /image/digest | sha256
            {fullnameOverride: Tocsin} | /fullnameOverride | 'Tocsin' does not match pattern
            {nameOverride: a_b} | /nameOverride | 'a_b' does not match pattern
            {workload: {cronJob: {schedule: every day}}} | /workload/cronJob/schedule | 'every day' does not match pattern
            {config: {source: {directory: {pattern: in/*.json}}}} | /config/source/directory/pattern | 'in/*.json' does not match pattern
            {config: {source: {directory: {pattern: [a.json, in/b.json]}}}} | /config/source/directory/pattern/1 | 'in/b.json' does not match pattern
            {extraVolumeMounts: [{name: x}]} | /extraVolumeMounts/0 | missing property 'mountPath'
            {workload: {kind: DaemonSet}} | /workload/kind | 'Deployment', 'Job', 'CronJob'
            {kafka: {sasl: {mechanism: GSSAPI}}} | /kafka/sasl/mechanism | 'SCRAM-SHA-512'
            {storage: {data: {mountPath: /d, claim: {size: big}}}} | /storage/data/claim/size | pattern
            {replicas: 3} | '' | 'replicas' not allowed
            """)
    void valuesThatTheSchemaDoesNotKnow(String values, String place, String allowed) {
        assertThat(Chart.refusal(withBroker(values))).contains(place).contains(allowed);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            replicaCount: 2 | 2 pods at once: without a Kafka sink (config.sink.kafka.enabled = false) a journal on disk is the truth
            autoscaling: {enabled: true} | 3 pods at once: without a Kafka sink
            workload: {deployment: {strategy: {type: RollingUpdate}}} | workload.deployment.strategy.type = RollingUpdate: without a Kafka sink, or with alert files, two pods may not run at once
            """)
    void moreThanOneInstanceWithAJournal(String more, String message) {
        assertThat(Chart.refusal(JOURNAL + "\n" + DATA + "\n" + more)).contains(message);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            storage: {data: {mountPath: /data, volume: {emptyDir: {}}}} | storage.data.volume is an emptyDir, which does not outlive the pod
            storage: {data: {mountPath: /data/in, claim: {size: 1Gi}}} | config.checkpoint.directory = /data/checkpoint: no volume of storage
            storage: {data: {mountPath: /data, existingClaim: c, readOnly: true}} | config.checkpoint.directory = /data/checkpoint: storage.data.readOnly = true, and Tocsin writes there
            """)
    void aJournalThatWouldNotOutliveThePod(String storage, String message) {
        assertThat(Chart.refusal(JOURNAL + "\n" + storage)).contains(message);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            claim: {size: 1Gi} | storage.data: accessModes = ["ReadWriteOnce"] cannot be mounted by 3 pods; must be ReadWriteMany, or ReadOnlyMany with readOnly = true
            existingClaim: c | storage.data: accessModes = ["ReadWriteOnce"] cannot be mounted by 3 pods
            volume: {emptyDir: {}} | storage.data.volume is an emptyDir, of which each of the 3 pods has its own
            """)
    void aDirectoryThatSeveralPodsCannotShare(String volume, String message) {
        String values = """
                replicaCount: 3
                kafka: {bootstrapServers: 'kafka:9092'}
                config: {source: {directory: {path: /data/in}}}
                storage: {data: {mountPath: /data, %s}}
                """.formatted(volume);

        assertThat(Chart.refusal(values)).contains(message);
    }

    private static String withBroker(String values) {
        return values.contains("bootstrapServers: ")
                ? values
                : values.replaceFirst(
                        "^\\{(kafka: \\{)?",
                        values.startsWith("{kafka: {")
                                ? "{kafka: {bootstrapServers: 'kafka:9092', "
                                : "{kafka: {bootstrapServers: 'kafka:9092'}, ");
    }
}
