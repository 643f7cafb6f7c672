package io.tabellion.cli.stop;

import io.tabellion.cli.audit.ApiVerb;
import io.tabellion.stops.v1.StopServiceGrpc;
import io.tabellion.stops.v1.StopServiceGrpc.StopServiceBlockingStub;

/** A verb that asks the API of the stop switch. */
abstract class StopVerb extends ApiVerb<StopServiceBlockingStub> {

  StopVerb() {
    super(StopServiceGrpc::newBlockingStub);
  }
}
