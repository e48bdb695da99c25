package dev.tocsin.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.github.luben.zstd.util.ZstdVersion;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import net.jpountz.lz4.LZ4Factory;
import net.jpountz.xxhash.XXHashFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is registered for the native image beside what Quarkus finds: that it exists, after an upgrade of the libraries too. */
class NativeImageTest {
    private static final Path DIRECTORY = Path.of("src/main/resources/META-INF/native-image/dev.tocsin/tocsin");

    @ParameterizedTest
    @ValueSource(strings = {"reflect-config.json", "jni-config.json"})
    void everyRegisteredClassExists(String file) throws ClassNotFoundException {
        for (String name : registered(file)) {
            assertThat(Class.forName(name, false, getClass().getClassLoader())).isNotNull();
        }
    }

    @Test
    void everyImplementationThatTheFactoriesOfLz4LookUpIsRegistered() {
        Stream<Object> codecs = Stream.of(
                        LZ4Factory.nativeInstance(), LZ4Factory.safeInstance(), LZ4Factory.unsafeInstance())
                .flatMap(lz4 -> Stream.of(
                        lz4.fastCompressor(), lz4.highCompressor(), lz4.fastDecompressor(), lz4.safeDecompressor()));
        List<XXHashFactory> hashes =
                List.of(XXHashFactory.nativeInstance(), XXHashFactory.safeInstance(), XXHashFactory.unsafeInstance());
        Stream<String> names = Stream.concat(
                Stream.concat(codecs, hashes.stream().flatMap(hash -> Stream.of(hash.hash32(), hash.hash64())))
                        .map(implementation -> implementation.getClass().getName()),
                hashes.stream()
                        .flatMap(hash -> Stream.of(hash.newStreamingHash32(0), hash.newStreamingHash64(0)))
                        .map(implementation -> implementation.getClass().getName() + "$Factory"));

        assertThat(registered("reflect-config.json")).containsAll(names.toList());
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

    private static List<String> registered(String file) {
        List<String> names = new ArrayList<>();
        Chart.yaml(Chart.read(DIRECTORY.resolve(file)))
                .forEach(entry -> names.add(entry.path("name").asText()));
        return names;
    }
}
