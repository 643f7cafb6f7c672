package io.tabellion.demo;

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
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * The scripted person who decides about a call, through the API as anybody would. Of one thread.
 */
final class Approver implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final ManagedChannel channel;
  private final ApprovalServiceGrpc.ApprovalServiceBlockingStub api;
  private final Screen screen;

  Approver(int port, String token, Screen screen) {
    Metadata headers = new Metadata();
    headers.put(
        Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER), "Bearer " + token);
    this.channel = NettyChannelBuilder.forAddress("127.0.0.1", port).usePlaintext().build();
    this.api =
        ApprovalServiceGrpc.newBlockingStub(channel)
            .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers));
    this.screen = screen;
  }

  /**
   * Waits for a call to decide about, looks at it and approves it.
   *
   * @throws DemoException if none comes, or it cannot be approved
   */
  void approve() throws InterruptedException {
    try {
      Approval waiting = waiting();
      Approval looked =
          api.getApproval(GetApprovalRequest.newBuilder().setId(waiting.getId()).build());
      if (!looked.getCall().contains("A-1001")) {
        throw new DemoException("approvals: the call is not shown: " + looked.getCall());
      }
      Approval approved =
          api.approveCall(
              ApproveCallRequest.newBuilder()
                  .setId(looked.getId())
                  .setDigest(looked.getDigest())
                  .setReason("order A-1001 was damaged")
                  .build());
      screen.line(
          "  "
              + " ".repeat(30)
              + screen.dim(
                  "%s: carol@example.com looked at it and approved it; state %s"
                      .formatted(approved.getId(), approved.getState())));
    } catch (StatusRuntimeException e) {
      throw new DemoException("the approval API answered " + e.getStatus(), e);
    }
  }

  private Approval waiting() throws InterruptedException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (System.nanoTime() < end) {
      var page =
          api.listApprovals(
              ListApprovalsRequest.newBuilder().addStates("pending").setMine(true).build());
      if (page.getApprovalsCount() > 0) {
        return page.getApprovals(0);
      }
      TimeUnit.MILLISECONDS.sleep(50);
    }
    throw new DemoException("approvals: no call waits (expected: refund_order)");
  }

  @Override
  public void close() {
    channel.shutdownNow();
  }
}
