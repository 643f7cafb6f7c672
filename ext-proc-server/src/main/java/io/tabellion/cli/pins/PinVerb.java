package io.tabellion.cli.pins;

import io.tabellion.cli.audit.ApiVerb;
import io.tabellion.pins.v1.PinServiceGrpc;
import io.tabellion.pins.v1.PinServiceGrpc.PinServiceBlockingStub;

/** A verb that asks the API of pins. */
abstract class PinVerb extends ApiVerb<PinServiceBlockingStub> {

  PinVerb() {
    super(PinServiceGrpc::newBlockingStub);
  }
}
