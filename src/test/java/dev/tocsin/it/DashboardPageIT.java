package dev.tocsin.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.deque.html.axecore.results.Results;
import com.deque.html.axecore.selenium.AxeBuilder;
import dev.tocsin.kafka.EmbeddedBroker;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.openqa.selenium.Keys;

/** The page, in a real browser, against the packaged program and a broker that can be stopped. */
class DashboardPageIT {
    private static final String DEVICES = "#list .device-name";
    private static final int BUDGET = 200_000;

    @RegisterExtension
    final Programs programs = Programs.ofEachTest();

    @RegisterExtension
    final Browser browser = new Browser();

    @TempDir
    Path home;

    private EmbeddedBroker broker;
    private Deployment deployment;
    private int port;

    @BeforeEach
    void broker() throws IOException {
        broker = EmbeddedBroker.in(home.resolve("kafka")).start();
        deployment = Deployment.on(broker.bootstrapServers());
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            port = free.getLocalPort();
        }
    }

    @AfterEach
    void stop() {
        broker.close();
    }

    private PackagedProgram tocsin() {
        return programs.start(PackagedProgram.in(home)
                        .with(deployment.settings())
                        .with("quarkus.http.port", port)
                        .with("tocsin.sink.console.format", "none")
                        .with("tocsin.rules.hot.above", 100)
                        .with("tocsin.rules.hot.severity", "critical")
                        .with("tocsin.rules.cold.below", 0)
                        .with("tocsin.rules.cold.severity", "warning"))
                .awaitReady();
    }

    private void write(String... lines) {
        deployment
                .topics()
                .writeAll(
                        "none",
                        List.of(lines).stream()
                                .map(line -> new ProducerRecord<byte[], byte[]>(
                                        deployment.readings(), line.getBytes(StandardCharsets.UTF_8)))
                                .toList());
    }

    @Test
    void alertsAppearNewestFirstWithAllThatIsKnownOfThem() {
        PackagedProgram tocsin = tocsin();
        write(Readings.hot("before"));
        deployment.awaitAlerts(1);
        browser.open(tocsin, "/");
        browser.eventually(() -> assertThat(browser.texts(DEVICES)).containsExactly("before"));
        browser.eventually(() -> assertThat(browser.text("#state")).isEqualTo("All is well"));

        write(Readings.of("after", -7.25));

        browser.eventually(() -> assertThat(browser.texts(DEVICES)).containsExactly("after", "before"));
        assertThat(browser.text("#list li:first-child .number")).isEqualTo("-7.25");
        assertThat(browser.text("#list li:first-child .rule-name")).isEqualTo("cold");
        assertThat(browser.text("#list li:first-child .severity")).isEqualTo("warning");
        assertThat(browser.text("#list li:first-child time")).startsWith("2025-10-10");
        assertThat(browser.text("#list li:first-child .age")).isNotEmpty();
        assertThat(browser.text("#list li:first-child .origin")).startsWith(deployment.readings() + "/");
        browser.eventually(() -> assertThat(browser.texts("#devices .name")).containsExactly("before", "after"));
        browser.eventually(
                () -> assertThat(browser.texts("#totals li")).containsExactly("1critical", "1warning", "0info"));
        assertThat(browser.text("#sources")).contains(deployment.readings()).contains("Last progress");
    }

    @Test
    void whatADeviceIsCalledIsTextWhateverItIs() {
        PackagedProgram tocsin = tocsin();
        String name = "<img src=x onerror=\\\"window.broken=1\\\">";
        browser.open(tocsin, "/");

        write(Readings.hot(name), Readings.hot("<script>window.broken=1</script>"));

        String shown = name.replace("\\", "");
        browser.eventually(() -> assertThat(browser.texts(DEVICES))
                .containsExactlyInAnyOrder(shown, "<script>window.broken=1</script>"));
        browser.eventually(() -> assertThat(browser.texts("#devices .name")).contains(shown));
        assertThat(browser.number("return document.querySelectorAll('main img, main script').length"))
                .isZero();
        assertThat(browser.run("return typeof window.broken")).isEqualTo("undefined");
    }

    @Test
    void aFilterNarrowsTheListAndItsAddressIsALinkToTheSame() {
        PackagedProgram tocsin = tocsin();
        write(Readings.hot("a"), Readings.hot("b"), Readings.of("a", -5));
        deployment.awaitAlerts(3);
        browser.open(tocsin, "/");
        browser.eventually(() -> assertThat(browser.texts(DEVICES)).hasSize(3));

        browser.find("#device").sendKeys("a");
        browser.find(".chip[data-severity=critical] input").click();

        browser.eventually(() -> assertThat(browser.texts(DEVICES)).containsExactly("a"));
        String link = browser.driver().getCurrentUrl();
        assertThat(link).contains("device=a").contains("severity=critical");
        browser.driver().get("about:blank");
        browser.driver().get(link);
        browser.eventually(() -> assertThat(browser.texts(DEVICES)).containsExactly("a"));
        assertThat(browser.find("#device").getDomProperty("value")).isEqualTo("a");
        write(Readings.hot("b"), Readings.of("a", 150));
        browser.eventually(() -> assertThat(browser.texts("#list .number")).containsExactly("150.0", "102.1"));
        browser.find("#clear").click();
        browser.eventually(() -> assertThat(browser.texts(DEVICES)).hasSize(5));
    }

    @Test
    void aRestartOfTheServiceIsSeenAndCostsNoAlert() {
        PackagedProgram first = tocsin();
        browser.open(first, "/");
        write(Readings.hot("one"));
        browser.eventually(() -> assertThat(browser.texts(DEVICES)).containsExactly("one"));
        first.stop();
        browser.eventually(() -> assertThat(browser.text("#state")).isEqualTo("Connection lost"));
        assertThat(browser.find("#trouble").isDisplayed()).isTrue();
        write(Readings.hot("two"));

        tocsin();

        browser.eventually(() -> assertThat(browser.text("#state")).isEqualTo("All is well"));
        browser.eventually(() -> assertThat(browser.texts(DEVICES)).containsExactly("two", "one"));
        assertThat(browser.texts("#list .gap")).isEmpty();
    }

    @Test
    void aRestartOfTheBrokerIsSeenAndCostsNoAlert() {
        PackagedProgram tocsin = tocsin();
        browser.open(tocsin, "/");
        write(Readings.hot("one"));
        browser.eventually(() -> assertThat(browser.texts(DEVICES)).containsExactly("one"));
        browser.eventually(() -> assertThat(browser.text("#state")).isEqualTo("All is well"));

        broker.stop();

        browser.eventually(() -> assertThat(browser.text("#state")).isEqualTo("Not well"));
        assertThat(browser.text("#trouble")).contains("kafka");
        broker.start();
        write(Readings.hot("two"));
        browser.eventually(() -> assertThat(browser.texts(DEVICES)).containsExactly("two", "one"));
        browser.eventually(() -> assertThat(browser.text("#state")).isEqualTo("All is well"));
        assertThat(browser.texts("#list .gap")).isEmpty();
    }

    @Test
    void aThousandAlertsASecondLeaveThePageSmoothAndItSaysThatItShowsApart() {
        PackagedProgram tocsin = tocsin();
        browser.open(tocsin, "/");
        browser.eventually(() -> assertThat(browser.text("#state")).isEqualTo("All is well"));
        // What the page's thread works, whatever else the machine has to do.
        browser.driver().executeCdpCommand("Performance.enable", Map.of("timeDomain", "threadTicks"));
        double worked = browser.workedSeconds();
        long began = System.nanoTime();

        Thread storm = new Thread(() -> storm(8, 1_000));
        storm.start();

        browser.eventually(() -> assertThat(browser.text("#flood")).contains("alerts a second"));
        join(storm);
        double seconds = (System.nanoTime() - began) / 1e9;
        assertThat((browser.workedSeconds() - worked) / seconds)
                .as("how much of the time the page's thread is at work")
                .isPositive()
                .isLessThan(0.3);
        assertThat(browser.texts("#list li")).hasSizeLessThanOrEqualTo(200);
        browser.eventually(() -> assertThat(browser.text("#totals strong")).startsWith("8,000"));
        browser.eventually(
                () -> assertThat(browser.find("#flood").isDisplayed()).isFalse());
    }

    private void storm(int seconds, int perSecond) {
        long begin = System.nanoTime();
        for (int second = 0; second < seconds; second++) {
            for (int part = 0; part < 10; part++) {
                int number = second * 10 + part;
                write(IntStream.range(0, perSecond / 10)
                        .mapToObj(i -> Readings.of("device-" + (number * 7 + i) % 300, 101 + i % 40))
                        .toArray(String[]::new));
                long due = begin + (number + 1) * 100_000_000L;
                java.util.concurrent.locks.LockSupport.parkNanos(Math.max(1, due - System.nanoTime()));
            }
        }
    }

    private static void join(Thread thread) {
        try {
            thread.join(TimeUnit.SECONDS.toMillis(60));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"light", "dark"})
    void anAuditOfAccessibilityFindsNothingSerious(String scheme) {
        PackagedProgram tocsin = tocsin();
        write(Readings.hot("a"), Readings.of("b", -3), "{\"temperature\": 130.5}", "nonsense");
        deployment.awaitAlerts(3);
        browser.prefers(scheme);
        browser.open(tocsin, "/");
        browser.eventually(() -> assertThat(browser.texts(DEVICES)).hasSize(3));
        browser.eventually(() -> assertThat(browser.texts(".source")).hasSize(1));
        browser.run("document.querySelectorAll('details').forEach(details => details.open = true)");
        browser.eventually(
                () -> assertThat(browser.text("[data-path=rejects] .item")).contains("malformed"));

        // What comes in lights up for two seconds, in which colours are none that an audit could judge.
        browser.eventually(() -> assertThat(browser.number("return document.getAnimations().length"))
                .isZero());
        Results found = new AxeBuilder().analyze(browser.driver());

        assertThat(found.getViolations())
                .filteredOn(rule -> List.of("serious", "critical").contains(rule.getImpact()))
                .isEmpty();
        assertThat(found.getPasses()).hasSizeGreaterThan(10);
    }

    @Test
    void onAPhoneNothingReachesBeyondTheScreen() {
        PackagedProgram tocsin = tocsin();
        write(Readings.hot("x".repeat(200)));
        deployment.awaitAlerts(1);
        browser.size(360, 740);

        browser.open(tocsin, "/");

        browser.eventually(() -> assertThat(browser.texts(DEVICES)).hasSize(1));
        assertThat(browser.number("return document.documentElement.scrollWidth"))
                .isLessThanOrEqualTo(360);
    }

    @Test
    void aPauseHoldsTheListStillAndIsReachedByKeyboard() {
        PackagedProgram tocsin = tocsin();
        write(Readings.hot("one"));
        deployment.awaitAlerts(1);
        browser.open(tocsin, "/");
        browser.eventually(() -> assertThat(browser.texts(DEVICES)).containsExactly("one"));
        for (int i = 0;
                i < 10 && !browser.run("return document.activeElement.id").equals("pause");
                i++) {
            browser.driver().switchTo().activeElement().sendKeys(Keys.TAB);
        }
        browser.driver().switchTo().activeElement().sendKeys(Keys.SPACE);

        write(Readings.hot("two"));

        browser.eventually(() -> assertThat(browser.text("#pause")).isEqualTo("Go on (1 new)"));
        assertThat(browser.texts(DEVICES)).containsExactly("one");
        browser.driver().switchTo().activeElement().sendKeys(Keys.SPACE);
        browser.eventually(() -> assertThat(browser.texts(DEVICES)).containsExactly("two", "one"));
    }

    @Test
    void thePageIsSmallAndAsksNoOtherHost() {
        PackagedProgram tocsin = tocsin();

        browser.open(tocsin, "/");

        browser.eventually(
                () -> assertThat(browser.text("#empty")).isEqualTo("No alerts in the last hour. All quiet."));
        assertThat(browser.number("return performance.getEntriesByType('resource')"
                        + ".filter(entry => !entry.name.startsWith(location.origin)).length"))
                .isZero();
        assertThat(browser.number("return [...performance.getEntriesByType('resource'),"
                        + " ...performance.getEntriesByType('navigation')]"
                        + ".filter(entry => !entry.name.includes('/api/'))"
                        + ".reduce((sum, entry) => sum + entry.decodedBodySize, 0)"))
                .isBetween(10_000L, (long) BUDGET);
    }
}
