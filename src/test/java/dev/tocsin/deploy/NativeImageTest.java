package dev.tocsin.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.github.luben.zstd.util.ZstdVersion;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is registered for the native image beside what Quarkus finds: that it exists, after an upgrade of the libraries too. */
class NativeImageTest {
    private static final Path DIRECTORY = Path.of("src/main/resources/META-INF/native-image/dev.tocsin/tocsin");

    @ParameterizedTest
    @ValueSource(strings = {"reflect-config.json", "jni-config.json"})
    void everyRegisteredClassExists(String file) throws ClassNotFoundException {
        for (JsonNode entry : Chart.yaml(Chart.read(DIRECTORY.resolve(file)))) {
            assertThat(Class.forName(
                            entry.path("name").asText(), false, getClass().getClassLoader()))
                    .isNotNull();
        }
    }

    @Test
    void everyNativeLibraryOfTheCodecsIsAResourceOfTheImage() {
        List<String> libraries = new ArrayList<>();
        for (String processor : List.of("amd64", "aarch64")) {
            libraries.add("linux/" + processor + "/libzstd-jni-" + ZstdVersion.VERSION + ".so");
            libraries.add("net/jpountz/util/linux/" + processor + "/liblz4-java.so");
        }
        JsonNode includes = Chart.yaml(Chart.read(DIRECTORY.resolve("resource-config.json")))
                .at("/resources/includes");

        for (String library : libraries) {
            assertThat(getClass().getClassLoader().getResource(library))
                    .as(library)
                    .isNotNull();
            assertThat(includes)
                    .as(library)
                    .anyMatch(include -> library.matches(include.path("pattern").asText()));
        }
    }
}
