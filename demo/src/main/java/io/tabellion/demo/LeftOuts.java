package io.tabellion.demo;

import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.MetadataUtils;
import io.tabellion.pins.v1.LeftOutItem;
import io.tabellion.pins.v1.ListPinsRequest;
import io.tabellion.pins.v1.ListPinsResponse;
import io.tabellion.pins.v1.Pin;
import io.tabellion.pins.v1.PinServiceGrpc;
import io.tabellion.terminal.Printable;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * Tells the person, as soon as a client has asked for a list, which items of it did not go on, and
 * why. It looks at counters, which leaves no entries, and asks the API when one has moved. Of one
 * thread.
 */
final class LeftOuts implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(2);
  private static final Pattern COUNTERS =
      Pattern.compile("(?m)^tabellion_(?:left_out|pins_changed)_total (?!0$)(.*)$");

  private final Screen screen;
  private final URI metrics;
  private final HttpClient http = HttpClient.newBuilder().connectTimeout(PATIENCE).build();
  private final ManagedChannel channel;
  private final PinServiceGrpc.PinServiceBlockingStub api;
  private final Set<String> told = new HashSet<>();
  private String before = "";

  LeftOuts(Ports ports, String token, Screen screen) {
    Metadata headers = new Metadata();
    headers.put(
        Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER), "Bearer " + token);
    this.screen = screen;
    this.metrics = URI.create("http://127.0.0.1:" + ports.http() + "/metrics");
    this.channel = NettyChannelBuilder.forAddress("127.0.0.1", ports.api()).usePlaintext().build();
    this.api =
        PinServiceGrpc.newBlockingStub(channel)
            .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers));
  }

  /** Shows what is new since the last look. A server that does not answer is somebody else's. */
  void look() throws InterruptedException {
    String now = counters();
    if (now.equals(before)) {
      return;
    }
    before = now;
    try {
      show();
    } catch (StatusRuntimeException e) {
      before = "";
    }
  }

  private void show() {
    ListPinsRequest.Builder request = ListPinsRequest.newBuilder().setQuarantined(true);
    ListPinsResponse page;
    do {
      page =
          api.withDeadlineAfter(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
              .listPins(request.build());
      page.getPinsList().forEach(this::tell);
      page.getLeftOutList().forEach(this::tell);
      request.setPageToken(page.getNextPageToken());
    } while (!page.getNextPageToken().isEmpty());
  }

  private void tell(LeftOutItem item) {
    tell(
        "left out of the lists of %s: the %s %s (%s)"
            .formatted(item.getServer(), item.getKind(), item.getName(), item.getDetail()));
  }

  private void tell(Pin pin) {
    tell(
        "quarantined: the tool %s of %s; see ./tabellion pins diff %s"
            .formatted(pin.getTool(), pin.getServer(), pin.getServer()));
  }

  private void tell(String line) {
    if (told.add(line)) {
      screen.failed(Printable.of(line));
    }
  }

  /** What the counters say; nothing where there are none. */
  private String counters() throws InterruptedException {
    HttpRequest request = HttpRequest.newBuilder(metrics).timeout(PATIENCE).build();
    try {
      String text = http.send(request, HttpResponse.BodyHandlers.ofString()).body();
      List<String> values = COUNTERS.matcher(text).results().map(MatchResult::group).toList();
      return String.join("\n", values);
    } catch (IOException e) {
      return before;
    }
  }

  @Override
  public void close() {
    channel.shutdownNow();
    http.close();
  }
}
