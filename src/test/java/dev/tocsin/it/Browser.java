package dev.tocsin.it;

import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.awaitility.core.ThrowingRunnable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.openqa.selenium.By;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;

/** A Chromium without a screen, anew for each test; where there is none, tests are skipped and say so. */
final class Browser implements BeforeEachCallback, AfterEachCallback {
    private static final Path CHROMIUM = Path.of("/usr/bin/chromium");
    private static final Path DRIVER = Path.of("/usr/bin/chromedriver");
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private @Nullable ChromeDriver driver;

    @Override
    public void beforeEach(ExtensionContext test) {
        Assumptions.assumeTrue(
                Files.isExecutable(CHROMIUM) && Files.isExecutable(DRIVER),
                "there is no Chromium with its driver: " + CHROMIUM + " and " + DRIVER);
        ChromeOptions options = new ChromeOptions();
        options.setBinary(CHROMIUM.toFile());
        options.addArguments(
                "--headless=new",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--disable-background-networking",
                "--window-size=1400,900");
        driver = new ChromeDriver(
                new ChromeDriverService.Builder()
                        .usingDriverExecutable(DRIVER.toFile())
                        .build(),
                options);
    }

    @Override
    public void afterEach(ExtensionContext test) {
        if (driver != null) {
            if (test.getExecutionException().isPresent()) {
                System.err.printf("=== the page%n%s%n", text("body"));
            }
            driver.quit();
        }
    }

    ChromeDriver driver() {
        if (driver == null) {
            throw new IllegalStateException("not started");
        }
        return driver;
    }

    void open(PackagedProgram program, String path) {
        driver().get(program.uri(path).toString());
    }

    /** All texts of the elements that a selector finds, as they are now. */
    @SuppressWarnings("unchecked")
    List<String> texts(String selector) {
        return (List<String>)
                run("return [...document.querySelectorAll(arguments[0])].map(found => found.textContent)", selector);
    }

    /** The text of the one element that a selector finds. */
    String text(String selector) {
        return String.join("", texts(selector));
    }

    WebElement find(String selector) {
        return driver().findElement(By.cssSelector(selector));
    }

    /** What a script returns. */
    Object run(String script, Object... arguments) {
        return java.util.Objects.requireNonNullElse(driver().executeScript(script, arguments), "");
    }

    long number(String script, Object... arguments) {
        return ((Number) run(script, arguments)).longValue();
    }

    /** Waits until assertions hold. */
    void eventually(ThrowingRunnable assertions) {
        await().atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(100))
                .pollInSameThread()
                .ignoreException(org.openqa.selenium.StaleElementReferenceException.class)
                .untilAsserted(assertions);
    }

    void prefers(String scheme) {
        driver().executeCdpCommand(
                        "Emulation.setEmulatedMedia",
                        Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", scheme))));
    }

    void size(int width, int height) {
        driver().executeCdpCommand(
                        "Emulation.setDeviceMetricsOverride",
                        Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", false));
    }

    /** CPU seconds of the page's main thread, once {@code Performance.enable} was sent. */
    @SuppressWarnings("unchecked")
    double workedSeconds() {
        List<Map<String, Object>> metrics = (List<Map<String, Object>>)
                driver().executeCdpCommand("Performance.getMetrics", Map.of()).get("metrics");
        return metrics.stream()
                .filter(metric -> metric.get("name").equals("TaskDuration"))
                .mapToDouble(metric -> ((Number) metric.get("value")).doubleValue())
                .sum();
    }
}
