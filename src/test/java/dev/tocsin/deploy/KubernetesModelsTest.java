package dev.tocsin.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A misspelt field is found, however deep it lies. */
class KubernetesModelsTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {apiVersion: apps/v1, kind: Deployment, spec: {template: {spec: {container: []}}}}                                                       | container
            {apiVersion: keda.sh/v1alpha1, kind: ScaledObject, spec: {minReplicas: 1}}                                                               | minReplicas
            {apiVersion: keda.sh/v1alpha1, kind: ScaledObject, spec: {triggers: [{type: kafka, metadata: {lagTreshold: '1'}}]}}                      | triggers[kafka].metadata.lagTreshold
            {apiVersion: keda.sh/v1alpha1, kind: ScaledObject, spec: {triggers: [{type: prometheus, metadata: {topic: t}}]}}                         | triggers[prometheus].metadata.topic
            {apiVersion: keda.sh/v1alpha1, kind: TriggerAuthentication, spec: {secretTargetRef: [{parameter: p, secretName: s, key: k}]}}            | secretTargetRef[].secretName
            {apiVersion: kafka.strimzi.io/v1beta2, kind: KafkaUser, spec: {authorization: {acls: [{resource: {kind: topic}, operations: [Read]}]}}}  | authorization.acls[].resource.kind
            {apiVersion: kafka.strimzi.io/v1beta2, kind: KafkaUser, spec: {authorization: {acls: [{operation: Read}]}}}                              | authorization.acls[].operation
            {apiVersion: example.com/v1, kind: Thing}                                                                                                | no model
            """)
    void aFieldThatIsNotThereIsNamed(String object, String field) {
        assertThat(KubernetesModels.problems(Manifests.of(object)))
                .singleElement()
                .asString()
                .contains(field);
    }
}
