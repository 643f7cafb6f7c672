package io.tabellion.testing;

import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.MetadataUtils;
import io.tabellion.approval.v1.Approval;
import io.tabellion.approval.v1.ApprovalServiceGrpc;
import io.tabellion.approval.v1.ApprovalServiceGrpc.ApprovalServiceBlockingStub;
import io.tabellion.approval.v1.ApproveCallRequest;
import io.tabellion.approval.v1.DenyCallRequest;
import io.tabellion.approval.v1.ListApprovalsRequest;
import io.tabellion.parties.TabellionServer;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** People who decide about calls, through the API. Of one thread. */
public final class Approvers implements AutoCloseable {
  private final ManagedChannel channel;
  private final ApprovalServiceBlockingStub api;

  /** Who has the server's token of this role. */
  public Approvers(TabellionServer.Setup setup, String role) throws IOException {
    Metadata headers = new Metadata();
    headers.put(
        Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER),
        "Bearer " + Files.readString(setup.token(role)).strip());
    channel = NettyChannelBuilder.forAddress("127.0.0.1", setup.apiPort()).usePlaintext().build();
    api =
        ApprovalServiceGrpc.newBlockingStub(channel)
            .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers));
  }

  public ApprovalServiceBlockingStub api() {
    return api;
  }

  /** Requests in a state. */
  public List<Approval> in(String state) {
    return api.listApprovals(ListApprovalsRequest.newBuilder().addStates(state).build())
        .getApprovalsList();
  }

  /** Waits until one is in the state, and returns the newest. */
  public Approval await(String state) throws InterruptedException {
    for (int i = 0; i < 1_000; i++) {
      List<Approval> found = in(state);
      if (!found.isEmpty()) {
        return found.getLast();
      }
      TimeUnit.MILLISECONDS.sleep(20);
    }
    throw new AssertionError("approvals: none is " + state + " after 20 s");
  }

  public Approval approve(Approval looked) {
    return api.approveCall(
        ApproveCallRequest.newBuilder()
            .setId(looked.getId())
            .setDigest(looked.getDigest())
            .setReason("fine")
            .build());
  }

  public Approval deny(Approval looked, String reason) {
    return api.denyCall(
        DenyCallRequest.newBuilder().setId(looked.getId()).setReason(reason).build());
  }

  @Override
  public void close() {
    channel.shutdownNow();
  }
}
