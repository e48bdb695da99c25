package dev.tocsin.it;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The interface: what it answers, what it refuses, and who may ask. */
class DashboardHttpIT {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final List<String> PATHS = List.of(
            "/", "/assets/dashboard.js", "/api/alerts", "/api/status", "/api/progress", "/api/files", "/api/rejects");

    @RegisterExtension
    final Programs programs = Programs.ofEachTest();

    @TempDir
    Path home;

    private Path in;

    @BeforeEach
    void directory() throws IOException {
        in = Files.createDirectory(home.resolve("in"));
    }

    private PackagedProgram.Builder tocsin() {
        return PackagedProgram.in(home)
                .withoutKafka()
                .with("tocsin.source.directory.path", in)
                .with("tocsin.sink.console.format", "json");
    }

    private static HttpResponse<String> ask(PackagedProgram program, String method, String path, String... headers) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(program.uri(path)).method(method, HttpRequest.BodyPublishers.noBody());
        if (headers.length > 0) {
            request.headers(headers);
        }
        try {
            return HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Of devices d0, d1 and so on, in this order. */
    private void raiseAlerts(PackagedProgram tocsin, int count) throws IOException {
        Files.writeString(
                in.resolve("many.json"),
                IntStream.range(0, count)
                        .mapToObj(i -> Readings.hot("d" + i) + "\n")
                        .collect(Collectors.joining()));
        await().until(() -> json(tocsin, "/api/alerts?limit=500").get("alerts").size() == count);
    }

    private static JsonNode json(PackagedProgram program, String path) {
        HttpResponse<String> answer = ask(program, "GET", path);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return tree(answer.body());
    }

    private static JsonNode tree(String body) {
        try {
            return JSON.readTree(body);
        } catch (IOException e) {
            throw new AssertionError(body, e);
        }
    }

    @Test
    void everyAnswerHasTheHeadersThatProtectItsReaderAndNoneThatOpensItToOtherOrigins() {
        PackagedProgram tocsin = programs.start(tocsin()).awaitReady();

        List<HttpResponse<String>> answers = new ArrayList<>();
        PATHS.forEach(path -> answers.add(ask(tocsin, "GET", path, "Origin", "https://elsewhere.example")));
        answers.add(ask(tocsin, "GET", "/api/nothing"));
        answers.add(ask(
                tocsin,
                "OPTIONS",
                "/api/alerts",
                "Origin",
                "https://elsewhere.example",
                "Access-Control-Request-Method",
                "GET"));

        assertThat(answers).allSatisfy(answer -> {
            assertThat(answer.headers().firstValue("Content-Security-Policy").orElse(""))
                    .contains("default-src 'none'", "script-src 'self'", "frame-ancestors 'none'")
                    .doesNotContain("unsafe");
            assertThat(answer.headers().firstValue("X-Content-Type-Options")).contains("nosniff");
            assertThat(answer.headers().firstValue("Referrer-Policy")).contains("no-referrer");
            assertThat(answer.headers().map().keySet())
                    .noneMatch(name -> name.toLowerCase(java.util.Locale.ROOT).startsWith("access-control"));
        });
        assertThat(answers.get(answers.size() - 1).statusCode()).isEqualTo(405);
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /api/nothing, 404",
        "GET, /api, 404",
        "GET, /assets/nothing.js, 404",
        "POST, /api/alerts, 405",
        "DELETE, /api/files, 405",
        "GET, /api/alerts?limit=0, 400",
        "GET, /api/alerts?limit=501, 400",
        "GET, /api/alerts?limit=1&limit=2, 400",
        "GET, /api/alerts?severity=loud, 400",
        "GET, /api/alerts?rule=NO, 400",
        "GET, /api/alerts?cursor=x, 400",
        "GET, /api/alerts?cursor=other.1.0.0, 410",
        "GET, /api/alerts?unknown=1, 400",
        "GET, /api/alerts/stream?after=!, 400",
        "GET, /api/status?limit=1, 400"
    })
    void whatIsRefusedIsAProblemThatSaysWhy(String method, String path, int status) {
        PackagedProgram tocsin = programs.start(tocsin()).awaitReady();

        HttpResponse<String> answer = ask(tocsin, method, path);

        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(answer.headers().firstValue("Content-Type")).contains("application/problem+json");
        JsonNode problem = tree(answer.body());
        assertThat(problem.get("status").asInt()).isEqualTo(status);
        assertThat(problem.get("title").asText()).isNotEmpty();
        assertThat(problem.get("detail").asText()).isNotEmpty();
    }

    @Test
    void aListIsReadPageByPageNewestFirst() throws IOException {
        PackagedProgram tocsin = programs.start(tocsin()).awaitReady();
        raiseAlerts(tocsin, 250);
        List<String> devices = new ArrayList<>();

        String next = "";
        do {
            JsonNode page = json(tocsin, "/api/alerts?limit=60" + (next.isEmpty() ? "" : "&cursor=" + next));
            page.get("alerts")
                    .forEach(alert -> devices.add(alert.get("deviceId").asText()));
            next = page.get("next").asText("");
        } while (!next.isEmpty() && !next.equals("null"));

        assertThat(devices)
                .isEqualTo(
                        IntStream.range(0, 250).mapToObj(i -> "d" + (249 - i)).toList());
        assertThat(json(tocsin, "/api/alerts?device=d7").get("alerts")).hasSize(1);
        assertThat(ask(tocsin, "HEAD", "/api/alerts").body()).isEmpty();
    }

    /** An upgrade to HTTP/2 on a plain connection tore long answers, one in seven: the first of a connection, so each gets its own. */
    @Test
    void longAnswersArriveWholeAtClientsThatOfferHttp2() throws Exception {
        PackagedProgram tocsin = programs.start(tocsin()).awaitReady();
        raiseAlerts(tocsin, 250);
        HttpRequest request = HttpRequest.newBuilder(tocsin.uri("/api/alerts?limit=500"))
                .version(HttpClient.Version.HTTP_2)
                .build();

        for (int i = 0; i < 60; i++) {
            HttpResponse<String> answer =
                    HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
            assertThat(tree(answer.body()).get("alerts")).hasSize(250);
        }
    }

    @Test
    void filesRejectsAndProgressAreOfThisInstanceAndShowNothingOfTheRecordsThemselves() throws IOException {
        PackagedProgram tocsin = programs.start(tocsin()).awaitReady();
        String name = "<img src=x onerror=alert(1)>.json";
        Files.writeString(in.resolve(name), Readings.hot("a") + "\nsecret rubbish\n");

        await().untilAsserted(() -> {
            JsonNode files = json(tocsin, "/api/files");
            assertThat(files.at("/files/0/path").asText()).isEqualTo(name);
            assertThat(files.at("/files/0/state").asText()).isEqualTo("done");
            assertThat(files.at("/files/0/alerts").asInt()).isEqualTo(1);
        });

        JsonNode rejects = json(tocsin, "/api/rejects");
        assertThat(rejects.at("/rejects/0/reason").asText()).isEqualTo("malformed");
        assertThat(rejects.at("/rejects/0/origin").asText()).isEqualTo(name + ":2");
        assertThat(rejects.at("/counts/malformed").asInt()).isEqualTo(1);
        assertThat(rejects.toString()).doesNotContain("secret");
        JsonNode progress = json(tocsin, "/api/progress");
        assertThat(progress.at("/progress/0/numInputRows").asInt()).isPositive();
        JsonNode status = json(tocsin, "/api/status");
        assertThat(status.get("ready").asBoolean()).isTrue();
        assertThat(status.at("/sources/0/source").asText()).isEqualTo("directory");
        assertThat(status.at("/sources/0/alerts").asInt()).isEqualTo(1);
        assertThat(List.of(rejects, progress, status))
                .extracting(answer -> answer.get("instance").asText())
                .doesNotContain("")
                .containsOnly(status.get("instance").asText());
    }

    @Test
    void oneSettingTakesPageAndInterfaceAway() {
        PackagedProgram tocsin =
                programs.start(tocsin().with("tocsin.dashboard.enabled", false)).awaitReady();

        assertThat(PATHS).allSatisfy(path -> assertThat(ask(tocsin, "GET", path).statusCode())
                .isEqualTo(404));
        assertThat(ask(tocsin, "GET", "/q/metrics").statusCode()).isEqualTo(200);
    }

    @Test
    void withBasicAuthenticationOnlyTheUserMayLookAndProbesGoOnAsBefore() {
        PackagedProgram tocsin = programs.start(tocsin().with("tocsin.dashboard.auth", "basic")
                        .with("tocsin.dashboard.username", "on-call")
                        .with("tocsin.dashboard.password", "s3cr:et"))
                .awaitReady();

        assertThat(PATHS).allSatisfy(path -> {
            assertThat(ask(tocsin, "GET", path, "Authorization", basic("on-call:s3cr:et"))
                            .statusCode())
                    .isEqualTo(200);
            for (HttpResponse<String> refused : List.of(
                    ask(tocsin, "GET", path),
                    ask(tocsin, "GET", path, "Authorization", basic("on-call:wrong")),
                    ask(tocsin, "GET", path, "Authorization", basic("other:s3cr:et")),
                    ask(tocsin, "GET", path, "Authorization", "Basic !"),
                    ask(tocsin, "GET", path, "Authorization", "Bearer x"))) {
                assertThat(refused.statusCode()).isIn(400, 401);
                assertThat(refused.headers().firstValue("Content-Type")).contains("application/problem+json");
            }
            assertThat(ask(tocsin, "GET", path).headers().firstValue("WWW-Authenticate"))
                    .hasValueSatisfying(challenge -> assertThat(challenge).startsWith("Basic realm="));
        });
        assertThat(ask(tocsin, "GET", "/q/health/ready").statusCode()).isEqualTo(200);
        assertThat(ask(tocsin, "GET", "/q/metrics").statusCode()).isEqualTo(200);
        assertThat(tocsin.toString().replaceFirst("(?s).*?--- stdout", "")).doesNotContain("s3cr");
    }

    private static String basic(String user) {
        return "Basic " + Base64.getEncoder().encodeToString(user.getBytes(UTF_8));
    }

    @Test
    void whateverIsAskedIsAnsweredAsItsDescriptionSays() throws IOException {
        PackagedProgram tocsin = programs.start(tocsin()).awaitReady();
        Files.writeString(
                in.resolve("some.json"),
                IntStream.range(0, 50)
                                .mapToObj(i -> Readings.hot("d" + i % 7) + "\n")
                                .collect(Collectors.joining()) + "rubbish\n");
        await().until(() -> json(tocsin, "/api/alerts?limit=500").get("alerts").size() == 50);
        InterfaceFuzz fuzz =
                new InterfaceFuzz(tocsin, ask(tocsin, "GET", "/q/openapi").body());

        InterfaceFuzz.Summary summary = fuzz.run(Long.getLong("fuzz.seed", 20251010), 1_500);

        assertThat(summary.faults()).as("seed %d", summary.seed()).isEmpty();
        assertThat(summary.statuses()).containsKeys(200, 400, 405);
        assertThat(json(tocsin, "/api/status").get("ready").asBoolean()).isTrue();
    }
}
