package io.tabellion.demo;

import io.grpc.ClientInterceptor;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.MetadataUtils;
import io.tabellion.approval.v1.Approval;
import io.tabellion.approval.v1.ApprovalServiceGrpc;
import io.tabellion.approval.v1.ApproveCallRequest;
import io.tabellion.approval.v1.GetApprovalRequest;
import io.tabellion.approval.v1.ListApprovalsRequest;
import io.tabellion.console.v1.ConsoleServiceGrpc;
import io.tabellion.console.v1.OpenConsoleRequest;
import io.tabellion.console.v1.OpenConsoleResponse;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * The scripted person who decides about a call, through the API as anybody would. Of one thread.
 */
final class Approver implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final String ORDER = "A-1001";
  private static final String INDENT = " ".repeat(32);

  private final ManagedChannel channel;
  private final ApprovalServiceGrpc.ApprovalServiceBlockingStub api;
  private final ConsoleServiceGrpc.ConsoleServiceBlockingStub console;
  private final Screen screen;

  Approver(int port, String token, Screen screen) {
    Metadata headers = new Metadata();
    headers.put(
        Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER), "Bearer " + token);
    this.channel = NettyChannelBuilder.forAddress("127.0.0.1", port).usePlaintext().build();
    ClientInterceptor bearer = MetadataUtils.newAttachHeadersInterceptor(headers);
    this.api = ApprovalServiceGrpc.newBlockingStub(channel).withInterceptors(bearer);
    this.console = ConsoleServiceGrpc.newBlockingStub(channel).withInterceptors(bearer);
    this.screen = screen;
  }

  /**
   * Waits for a call to decide about, and prints the link to the page where a person can decide. If
   * nobody does in time, looks at the call and approves it.
   *
   * @param patience how long a person at the terminal is waited for; zero if nobody is there
   * @return whether it was approved
   * @throws DemoException if none comes, or it cannot be approved
   */
  boolean decide(Duration patience) throws InterruptedException {
    try {
      Approval held = waiting();
      told(held.getId(), patience);
      Approval decided = byPerson(held.getId(), patience);
      if (decided.getState().equals("pending")) {
        decided = approve(decided);
        saw(decided.getId() + ": carol@example.com looked at it and approved it by script");
      } else {
        saw(decided.getId() + ": a person decided on the page; state " + decided.getState());
      }
      return !decided.getState().equals("denied");
    } catch (StatusRuntimeException e) {
      throw new DemoException("the approval API answered " + e.getStatus(), e);
    }
  }

  private void told(String id, Duration patience) {
    OpenConsoleResponse opened =
        console.openConsole(OpenConsoleRequest.newBuilder().setApproval(id).build());
    screen.line(INDENT + "Decide about it on the page, as " + opened.getReader() + ":");
    screen.line(INDENT + screen.cyan(opened.getLink()));
    if (patience.isPositive()) {
      saw(
          "The link works once, for 60 s. In %d s the script approves the call."
              .formatted(patience.toSeconds()));
    }
  }

  /** Waits for somebody to decide; returns the request as it is then. */
  private Approval byPerson(String id, Duration patience) throws InterruptedException {
    long end = System.nanoTime() + patience.toNanos();
    Approval looked = looked(id);
    while (looked.getState().equals("pending") && System.nanoTime() < end) {
      TimeUnit.MILLISECONDS.sleep(500);
      looked = looked(id);
    }
    return looked;
  }

  private Approval looked(String id) {
    return api.getApproval(GetApprovalRequest.newBuilder().setId(id).build());
  }

  private Approval approve(Approval looked) {
    return api.approveCall(
        ApproveCallRequest.newBuilder()
            .setId(looked.getId())
            .setDigest(looked.getDigest())
            .setReason("order " + ORDER + " was damaged")
            .build());
  }

  private void saw(String text) {
    screen.line(INDENT + screen.dim(text));
  }

  /** Others may wait since an earlier demo in the same folder. */
  private Approval waiting() throws InterruptedException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (System.nanoTime() < end) {
      var page =
          api.listApprovals(
              ListApprovalsRequest.newBuilder().addStates("pending").setMine(true).build());
      for (Approval one : page.getApprovalsList().reversed()) {
        if (looked(one.getId()).getCall().contains(ORDER)) {
          return one;
        }
      }
      TimeUnit.MILLISECONDS.sleep(50);
    }
    throw new DemoException("approvals: no call waits (expected: refund_order of " + ORDER + ")");
  }

  @Override
  public void close() {
    channel.shutdownNow();
  }
}
