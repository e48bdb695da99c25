package dev.tocsin.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.marcnuri.helm.LintResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the chart makes of values. */
class ChartTest {
    @TempDir
    Path home;

    static Stream<String> values() {
        return Stream.concat(Stream.of(Chart.MINIMAL), Chart.examples().stream().map(Chart::read));
    }

    @Test
    void thereIsAnExampleForEachWayOfDeployment() {
        assertThat(Chart.examples())
                .extracting(Path::getFileName)
                .map(Path::toString)
                .containsExactly(
                        "values-cronjob.yaml", "values-directory.yaml", "values-keda.yaml", "values-production.yaml");
    }

    @ParameterizedTest
    @MethodSource("values")
    void helmsStrictLintHasNothingToSay(String values) {
        LintResult result = Chart.lint(values);

        assertThat(result.isFailed()).as("%s", result.getMessages()).isFalse();
        assertThat(result.getMessages()).allMatch(message -> message.startsWith("[INFO]"), "is a mere remark");
    }

    @ParameterizedTest
    @MethodSource("values")
    void kubernetesKnowsEveryFieldOfEveryObject(String values) {
        Manifests manifests = Chart.render(values);

        assertThat(KubernetesModels.problems(manifests)).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("values")
    void podsSatisfyTheRestrictedSecurityStandard(String values) {
        Manifests manifests = Chart.render(values);

        assertThat(RestrictedPods.violations(manifests.pod().path("spec"))).isEmpty();
        assertThat(manifests
                        .container()
                        .at("/securityContext/readOnlyRootFilesystem")
                        .asBoolean())
                .isTrue();
        assertThat(manifests.pod().at("/spec/automountServiceAccountToken").asBoolean(true))
                .isFalse();
    }

    @Test
    void theExampleForProductionIsMadeOfTheseObjects() {
        assertThat(Chart.render(Chart.example("values-production.yaml")).kinds())
                .containsExactlyInAnyOrder(
                        "NetworkPolicy",
                        "PodDisruptionBudget",
                        "ServiceAccount",
                        "ConfigMap",
                        "ConfigMap",
                        "Service",
                        "Deployment",
                        "PrometheusRule",
                        "ServiceMonitor");
    }

    @ParameterizedTest
    @MethodSource("values")
    void objectsOfOneKindHaveNamesOfTheirOwn(String values) {
        List<String> names = Chart.render(values).objects().stream()
                .map(object -> object.path("kind").asText() + "/"
                        + object.at("/metadata/name").asText())
                .toList();

        assertThat(names).doesNotHaveDuplicates();
    }

    @Test
    void changedSettingsMakeNewPods() {
        String before = checksum(Chart.MINIMAL);

        String after = checksum("{kafka: {bootstrapServers: 'kafka:9092'}, config: {rules: {hot: {above: 90}}}}");

        assertThat(after).isNotEqualTo(before);
    }

    private static String checksum(String values) {
        return Chart.render(values)
                .pod()
                .at("/metadata/annotations/checksum~1config")
                .asText();
    }

    @Test
    void credentialsComeFromSecretsAndStandInNoConfigMap() {
        Manifests manifests = Chart.render("""
                kafka:
                  bootstrapServers: kafka:9093
                  sasl: {mechanism: SCRAM-SHA-512, existingSecret: credentials}
                  tls:
                    enabled: true
                    truststore: {existingSecret: authorities}
                    keystore: {existingSecret: client, passwordKey: password}
                """);

        assertThat(manifests.applicationProperties())
                .contains("kafka.security.protocol=SASL_SSL", "kafka.sasl.mechanism=SCRAM-SHA-512")
                .contains("kafka.ssl.truststore.location=/etc/tocsin/truststore/ca.crt")
                .doesNotContain("jaas", "password");
        assertThat(environment(manifests.container()))
                .contains(
                        "SASL_PASSWORD<credentials/password",
                        "KAFKA_SSL_KEYSTORE_KEY<client/tls.key",
                        "KAFKA_SSL_KEYSTORE_CERTIFICATE_CHAIN<client/tls.crt",
                        "KAFKA_SASL_JAAS_CONFIG=org.apache.kafka.common.security.scram.ScramLoginModule required"
                                + " username=\"$(SASL_USERNAME)\" password=\"$(SASL_PASSWORD)\";");
    }

    @Test
    void theTokenEndpointOfOauthIsToldToTocsinAndAllowedToTheToolsOfTheTest() {
        String values = """
                kafka:
                  bootstrapServers: kafka:9093
                  sasl:
                    mechanism: OAUTHBEARER
                    existingSecret: credentials
                    oauth: {tokenEndpointUrl: 'https://id.example.com/token', scope: kafka}
                """;
        Manifests manifests = Chart.render(values);

        assertThat(manifests.applicationProperties())
                .contains("kafka.sasl.oauthbearer.token.endpoint.url=https://id.example.com/token");
        assertThat(environment(manifests.container())).contains("SASL_CLIENT_SECRET<credentials/client-secret");
        assertThat(environment(Chart.test(values).one("Pod").at("/spec/containers/0")))
                .contains("KAFKA_OPTS=-Dorg.apache.kafka.sasl.oauthbearer.allowed.urls=https://id.example.com/token");
    }

    /** NAME=value, or NAME&lt;secret/key. */
    private static List<String> environment(JsonNode container) {
        List<String> variables = new ArrayList<>();
        for (JsonNode variable : container.path("env")) {
            JsonNode secret = variable.at("/valueFrom/secretKeyRef");
            variables.add(variable.path("name").asText()
                    + (secret.isMissingNode()
                            ? "=" + variable.path("value").asText()
                            : "<" + secret.path("name").asText() + "/"
                                    + secret.path("key").asText()));
        }
        return variables;
    }

    @Test
    void thePodIsGivenMoreTimeThanTocsinNeedsToDrain() {
        Manifests manifests = Chart.render("{drainSeconds: 40, kafka: {bootstrapServers: 'kafka:9092'}}");

        assertThat(manifests.pod().at("/spec/terminationGracePeriodSeconds").asInt())
                .isEqualTo(46);
    }

    @Test
    void podsThatMayNotRunTogetherReplaceEachOther() {
        String journal = Chart.example("values-directory.yaml");

        assertThat(Chart.render(journal)
                        .one("Deployment")
                        .at("/spec/strategy/type")
                        .asText())
                .isEqualTo("Recreate");
        assertThat(Chart.render(Chart.MINIMAL)
                        .one("Deployment")
                        .at("/spec/strategy/type")
                        .asText())
                .isEqualTo("RollingUpdate");
    }

    @Test
    void anAutoscalerAloneSetsTheNumberOfPods() {
        Manifests manifests = Chart.render("{autoscaling: {enabled: true}, kafka: {bootstrapServers: 'kafka:9092'}}");

        assertThat(manifests.one("Deployment").path("spec").has("replicas")).isFalse();
        assertThat(KubernetesModels.problems(manifests)).isEmpty();
    }

    @Test
    void kedaGetsTheBrokersCredentials() {
        Manifests manifests = Chart.render("""
                keda: {enabled: true}
                kafka:
                  bootstrapServers: kafka:9093
                  sasl: {mechanism: SCRAM-SHA-512, existingSecret: credentials, username: tocsin}
                  tls: {enabled: true, truststore: {existingSecret: authorities}, keystore: {existingSecret: own, passwordKey: word}}
                """);

        JsonNode trigger = manifests.one("ScaledObject").at("/spec/triggers/0");
        assertThat(trigger.at("/metadata/activationLagThreshold").asText()).isEqualTo("10");
        assertThat(trigger.at("/authenticationRef/name").asText()).isEqualTo("tocsin");
        assertThat(manifests.one("TriggerAuthentication").path("spec").toString())
                .contains("{\"parameter\":\"password\",\"name\":\"credentials\",\"key\":\"password\"}")
                .contains("{\"parameter\":\"ca\",\"name\":\"authorities\",\"key\":\"ca.crt\"}")
                .contains("{\"parameter\":\"keyPassword\",\"name\":\"own\",\"key\":\"word\"}");
        assertThat(KubernetesModels.problems(manifests)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {kafka: {tls: {enabled: true, verifyHostname: false}}} | {lag: {metadata: {unsafeSsl: 'true'}}} | keda.lag.metadata.unsafeSsl is not set
            {config: {source: {directory: {path: /data}}}, storage: {data: {mountPath: /data, existingClaim: c, accessModes: [ReadWriteMany]}}, keda: {fileBacklog: {enabled: true, serverAddress: 'http://p'}}} | {fileBacklog: {metadata: {query: sum(up)}}} | needs the labels that serviceMonitor.enabled or podMonitor.enabled gives to series
            """)
    void whatKedaCannotKnowMustBeSaid(String values, String said, String refusal) {
        String silent = Chart.minimalAnd("{keda: {enabled: true}}", values);

        assertThat(Chart.refusal(silent)).contains(refusal);
        assertThat(Chart.render(Chart.minimalAnd(silent, "keda: " + said)).kinds())
                .contains("ScaledObject");
    }

    @Test
    void theDashboardIsThatOfTheSources() {
        Manifests manifests = Chart.render(Chart.minimalAnd("{grafanaDashboard: {enabled: true}}"));

        assertThat(manifests.all("ConfigMap"))
                .map(map -> map.at("/data/tocsin.json").asText())
                .map(Chart::yaml)
                .contains(Chart.yaml(Chart.read(Monitoring.DASHBOARD)));
    }

    @Test
    void alertRulesCanBeChangedOneByOne() {
        Manifests manifests = Chart.render("""
                kafka: {bootstrapServers: 'kafka:9092'}
                prometheusRule:
                  enabled: true
                  runbookBase: https://wiki.example.com/tocsin/
                  additionalRuleLabels: {team: plant}
                  alerts:
                    TocsinLagGrowing: {for: 45m, labels: {severity: info}}
                    TocsinFileNotRead: {enabled: false}
                """);

        String rules = manifests.one("PrometheusRule").toString();
        JsonNode lag = rule(manifests, "TocsinLagGrowing");
        assertThat(rules).doesNotContain("TocsinFileNotRead");
        assertThat(lag.path("for").asText()).isEqualTo("45m");
        assertThat(lag.path("labels").toString()).isEqualTo("{\"severity\":\"info\",\"team\":\"plant\"}");
        assertThat(lag.at("/annotations/runbook_url").asText())
                .isEqualTo("https://wiki.example.com/tocsin/TocsinLagGrowing.md");
        assertThat(rule(manifests, "TocsinNotReady").at("/labels/severity").asText())
                .isEqualTo("critical");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {}                                                                                     | true
            {prometheusRule: {alerts: {TocsinAbsent: {enabled: false}}}}                           | false
            {workload: {kind: CronJob}, config: {trigger: {mode: available-now}}}                  | false
            {keda: {enabled: true, minReplicaCount: 1}}                                            | true
            {keda: {enabled: true, minReplicaCount: 0}}                                            | false
            {keda: {enabled: true, minReplicaCount: 0}, prometheusRule: {alerts: {TocsinAbsent: {for: 2h, enabled: true}}}} | true
            """)
    void noPodIsNoAlertWhereThatIsAsItShouldBe(String values, boolean alert) {
        Manifests manifests = Chart.render(Chart.minimalAnd(values, "{prometheusRule: {enabled: true}}"));

        assertThat(manifests.one("PrometheusRule").toString().contains("TocsinAbsent"))
                .isEqualTo(alert);
    }

    @Test
    void alertsLinkToNoRunbookWhereNobodySaysWhereTheyAre() {
        Manifests manifests =
                Chart.render("{kafka: {bootstrapServers: 'kafka:9092'}, prometheusRule: {enabled: true}}");

        assertThat(manifests.one("PrometheusRule").toString())
                .contains("\"summary\"")
                .doesNotContain("runbook");
    }

    @ParameterizedTest
    @CsvSource({"serviceMonitor, tocsin", "podMonitor, alarms/tocsin"})
    void alertRulesWatchTheSeriesOfTheirOwnReleaseAlone(String monitor, String job) throws IOException {
        Manifests manifests =
                Chart.render(Chart.minimalAnd(monitor + ": {enabled: true}", "{prometheusRule: {enabled: true}}"));

        JsonNode spec = manifests.one("PrometheusRule").path("spec");
        assertThat(spec.findValuesAsText("expr"))
                .hasSameSizeAs(Monitoring.rules())
                .noneMatch(expression -> Pattern.compile(
                                "\\btocsin[_:][a-z0-9_:]++(?!\\{namespace=\"alarms\",job=\"" + job + "\")")
                        .matcher(expression)
                        .find());
        Path rules = Files.writeString(home.resolve("rules.yaml"), spec.toString());
        Tools.Outcome check = Tools.run("promtool", "check", "rules", rules.toString());
        assertThat(check.exitCode()).as(check.output()).isZero();
    }

    @Test
    void alertRulesStayAsTheyAreWhereTheChartDoesNotKnowTheLabelsOfSeries() {
        Manifests manifests = Chart.render(Chart.minimalAnd("{prometheusRule: {enabled: true}}"));

        assertThat(manifests.one("PrometheusRule").findValuesAsText("expr")).isEqualTo(Monitoring.expressionsOfRules());
    }

    private static JsonNode rule(Manifests manifests, String alert) {
        for (JsonNode group : manifests.one("PrometheusRule").at("/spec/groups")) {
            for (JsonNode rule : group.path("rules")) {
                if (rule.path("alert").asText().equals(alert)) {
                    return rule;
                }
            }
        }
        throw new AssertionError("no rule " + alert);
    }

    @ParameterizedTest
    @ValueSource(strings = {"values-directory.yaml", "values-keda.yaml", "values-production.yaml"})
    void theTestOfAReleaseIsAPodThatSatisfiesTheRestrictedStandardToo(String example) {
        Manifests test = Chart.test(Chart.example(example));

        assertThat(KubernetesModels.problems(test)).isEmpty();
        assertThat(RestrictedPods.violations(test.one("Pod").path("spec"))).isEmpty();
    }

    @Test
    void theTestOfAReleaseIsNotTakenForTocsinAndIsLetIn() {
        String values = Chart.example("values-production.yaml").replace("serviceMonitor:", "podMonitor:");
        Manifests release = Chart.render(values);
        JsonNode tocsin = release.pod().at("/metadata/labels");
        JsonNode test = Chart.test(values).one("Pod").at("/metadata/labels");

        assertThat(List.of(
                        release.one("Service").at("/spec/selector"),
                        release.one("Deployment").at("/spec/selector/matchLabels"),
                        release.one("PodDisruptionBudget").at("/spec/selector/matchLabels"),
                        release.one("NetworkPolicy").at("/spec/podSelector/matchLabels"),
                        release.one("PodMonitor").at("/spec/selector/matchLabels"),
                        release.pod().at("/spec/topologySpreadConstraints/0/labelSelector/matchLabels")))
                .allMatch(selector -> selects(selector, tocsin))
                .noneMatch(selector -> selects(selector, test));
        assertThat(release.one("NetworkPolicy").at("/spec/ingress/0/from"))
                .anyMatch(from -> selects(from.at("/podSelector/matchLabels"), test));
    }

    /** Whether there is a selector, and labels have all that it asks for. */
    private static boolean selects(JsonNode selector, JsonNode labels) {
        return !selector.isEmpty()
                && selector.properties().stream()
                        .allMatch(label -> label.getValue().equals(labels.get(label.getKey())));
    }

    @Test
    void theTestOfAReleaseRunsWhereItCanMountTocsinsVolumes() {
        String place = "nodeSelector: {pool: b}\ntolerations: [{key: pool, operator: Exists}]\n";
        Manifests onOneNode = Chart.test(Chart.example("values-directory.yaml") + place);
        JsonNode anywhere = Chart.test(Chart.example("values-keda.yaml")).one("Pod");

        JsonNode spec = onOneNode.one("Pod").path("spec");
        JsonNode near = spec.at("/affinity/podAffinity/requiredDuringSchedulingIgnoredDuringExecution/0");
        assertThat(near.path("topologyKey").asText()).isEqualTo("kubernetes.io/hostname");
        assertThat(selects(
                        near.at("/labelSelector/matchLabels"),
                        Chart.render(Chart.example("values-directory.yaml"))
                                .pod()
                                .at("/metadata/labels")))
                .isTrue();
        assertThat(spec.at("/nodeSelector/pool").asText()).isEqualTo("b");
        assertThat(spec.at("/tolerations/0/key").asText()).isEqualTo("pool");
        assertThat(KubernetesModels.problems(onOneNode)).isEmpty();
        assertThat(anywhere.path("spec").has("affinity")).isFalse();
    }

    @Test
    void notesSayWhichTriggerAndGuaranteeAreInForce() {
        assertThat(Chart.notes(Chart.MINIMAL))
                .contains("trigger    default", "exactly once; consumers read with isolation.level=read_committed")
                .contains("helm -n alarms test tocsin");
        assertThat(Chart.notes("""
                        {kafka: {bootstrapServers: 'kafka:9092'}, config: {trigger: {mode: continuous}}}""")).contains("trigger    continuous", "guarantee  at least once");
        assertThat(Chart.notes(Chart.example("values-cronjob.yaml")))
                .contains("trigger    available-now", "create job --from=cronjob/tocsin tocsin-now");
        assertThat(Chart.notes(Chart.example("values-directory.yaml")))
                .contains("files in /data/in", "exactly once, for this one instance");
    }

    @Test
    void everyRevisionOfAJobHasANameOfItsOwn() {
        String values = Chart.minimalAnd("{workload: {kind: Job}, config: {trigger: {mode: available-now}}}");
        Manifests manifests = Chart.render(values);

        assertThat(manifests.kinds()).containsExactlyInAnyOrder("ServiceAccount", "ConfigMap", "Job");
        assertThat(manifests.one("Job").at("/metadata/name").asText()).isEqualTo("tocsin-1");
        assertThat(manifests.pod().at("/spec/restartPolicy").asText()).isEqualTo("Never");
        assertThat(manifests.container().has("readinessProbe")).isFalse();
        assertThat(KubernetesModels.problems(manifests)).isEmpty();
        assertThat(RestrictedPods.violations(manifests.pod().path("spec"))).isEmpty();
        assertThat(Chart.notes(values))
                .contains("installed as Job tocsin", "job/tocsin-1 --timeout=1h", "logs job/tocsin-1\n")
                .doesNotContain("helm -n alarms test");
    }

    @Test
    void notesNameWhatWouldWatchTocsinAndIsOff() {
        assertThat(Chart.notes(Chart.MINIMAL))
                .contains("serviceMonitor.enabled ", "prometheusRule.enabled ", "grafanaDashboard.enabled ")
                .doesNotContain("runbookBase");
        assertThat(Chart.notes(Chart.example("values-production.yaml")))
                .contains("prometheusRule.runbookBase ")
                .doesNotContain("serviceMonitor.enabled", "prometheusRule.enabled", "grafanaDashboard.enabled");
        assertThat(Chart.notes(Chart.minimalAnd("""
                        podMonitor: {enabled: true}
                        prometheusRule: {enabled: true, runbookBase: https://wiki.example.com}
                        grafanaDashboard: {enabled: true}
                        """))).doesNotContain("Prometheus operator");
    }
}
