package dev.tocsin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** Who ends a pod gives Tocsin the time that it takes to end. */
class DrainTest {
    /** What Kubernetes and docker/compose.yaml give where nothing else is said. */
    private static final int GRACE_SECONDS = 30;

    @Test
    void theChartKnowsHowLongTocsinTakesToEnd() throws IOException {
        JsonNode values = new YAMLMapper().readTree(new File("helm/tocsin/values.yaml"));

        assertThat(values.path("drainSeconds").asInt()).isEqualTo((int) TocsinService.DRAIN.toSeconds());
    }

    @Test
    void theGracePeriodOfEveryOtherDeploymentIsLonger() throws IOException {
        assertThat(TocsinService.DRAIN.toSeconds()).isLessThan(GRACE_SECONDS);
        assertThat(Files.readString(Path.of("docker/compose.yaml")))
                .contains("stop_grace_period: " + GRACE_SECONDS + "s");
        assertThat(Files.readString(Path.of("k8s/base/kubernetes.yml")))
                .doesNotContain("terminationGracePeriodSeconds");
    }
}
