package io.tabellion.cli.audit;

import io.tabellion.audit.v1.AuditServiceGrpc;
import io.tabellion.audit.v1.AuditServiceGrpc.AuditServiceBlockingStub;

/** A verb that asks the audit API. */
abstract class Verb extends ApiVerb<AuditServiceBlockingStub> {

  Verb() {
    super(AuditServiceGrpc::newBlockingStub);
  }
}
