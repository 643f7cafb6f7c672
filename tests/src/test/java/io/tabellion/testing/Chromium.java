package io.tabellion.testing;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.logging.Level;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.StaleElementReferenceException;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.interactions.Actions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;

/** The machine's Chromium without a window, driven as a person would: by keys. Of one thread. */
public final class Chromium implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final List<String> BROWSERS =
      List.of("chromium", "chromium-browser", "google-chrome");

  private final ChromeDriver driver;

  private Chromium(ChromeDriver driver) {
    this.driver = driver;
  }

  /**
   * Starts it.
   *
   * @param folder for its profile
   * @throws IllegalStateException if there is none on this machine
   */
  public static Chromium start(Path folder) {
    ChromeOptions options = new ChromeOptions();
    options.setBinary(find(BROWSERS).toFile());
    options.addArguments(
        "--headless=new",
        "--no-sandbox", // tests run as root in containers
        "--disable-dev-shm-usage",
        "--disable-gpu",
        "--no-first-run",
        "--hide-scrollbars",
        "--user-data-dir=" + folder.resolve("chromium"));
    LoggingPreferences logs = new LoggingPreferences();
    logs.enable(LogType.BROWSER, Level.ALL);
    options.setCapability("goog:loggingPrefs", logs);
    ChromeDriverService service =
        new ChromeDriverService.Builder()
            .usingDriverExecutable(find(List.of("chromedriver")).toFile())
            .usingAnyFreePort()
            .build();
    return new Chromium(new ChromeDriver(service, options));
  }

  private static Path find(List<String> names) {
    String path = String.valueOf(System.getenv("PATH"));
    return names.stream()
        .flatMap(name ->
            Stream.of(path.split(File.pathSeparator, -1))
                .map(Path::of)
                .map(dir -> dir.resolve(name)))
        .filter(Files::isExecutable)
        .findFirst()
        .orElseThrow(() ->
            new IllegalStateException(
                String.join(" or ", names)
                    + ": not on the PATH (expected: a Chromium and its driver; tests/install.sh"
                    + " conformance installs both on Debian)"));
  }

  public void open(String url) {
    driver.get(url);
  }

  public String url() {
    return String.valueOf(driver.getCurrentUrl());
  }

  /** The text that is shown. */
  public String text() {
    return driver.findElement(By.tagName("body")).getText();
  }

  /** Waits until the text is shown. */
  public void awaitText(String text) throws InterruptedException {
    await("the text " + text, () -> text().contains(text));
  }

  /** Waits until something holds. */
  public void await(String what, Supplier<Boolean> holds) throws InterruptedException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (System.nanoTime() < end) {
      try {
        if (holds.get()) {
          return;
        }
      } catch (StaleElementReferenceException _) {
        // The page replaced it while it was looked at.
      }
      TimeUnit.MILLISECONDS.sleep(20);
    }
    throw new AssertionError("no " + what + " after 20 s at " + url() + ":\n" + text());
  }

  /** Presses Tab until the element with this text, or with this id, has the focus. */
  public void tabTo(String textOrId) {
    for (int i = 0; i < 60; i++) {
      keys(Keys.TAB);
      WebElement focused = driver.switchTo().activeElement();
      if (textOrId.equals(focused.getText()) || textOrId.equals(focused.getAttribute("id"))) {
        return;
      }
    }
    throw new AssertionError("not reached by Tab: " + textOrId + " at " + url());
  }

  /** Types into what has the focus. */
  public void keys(CharSequence... keys) {
    new Actions(driver).sendKeys(keys).perform();
  }

  public @Nullable Object script(String script) {
    return driver.executeScript(script);
  }

  /** From now on the window is so large; a phone below 600 px. */
  public void resize(int width, int height) {
    driver.executeCdpCommand(
        "Emulation.setDeviceMetricsOverride",
        Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", width < 600));
  }

  /** From now on pages are light or dark. */
  public void dark(boolean dark) {
    driver.executeCdpCommand(
        "Emulation.setEmulatedMedia",
        Map.of(
            "features",
            List.of(Map.of("name", "prefers-color-scheme", "value", dark ? "dark" : "light"))));
  }

  /** Pixels by which the page is wider than the window. */
  public long overhang() {
    Object pixels =
        driver.executeScript("return document.documentElement.scrollWidth - window.innerWidth");
    return pixels instanceof Number number ? number.longValue() : -1;
  }

  /** Writes what is shown as PNG. */
  public void screenshot(Path file) throws IOException {
    Object data =
        driver.executeCdpCommand("Page.captureScreenshot", Map.of("format", "png")).get("data");
    Files.createDirectories(file.toAbsolutePath().getParent());
    Files.write(file, Base64.getDecoder().decode(String.valueOf(data)));
  }

  /** What the browser complained about since it was asked last. */
  public List<String> complaints() {
    return driver.manage().logs().get(LogType.BROWSER).getAll().stream()
        .map(LogEntry::getMessage)
        .toList();
  }

  @Override
  public void close() {
    driver.quit();
  }
}
