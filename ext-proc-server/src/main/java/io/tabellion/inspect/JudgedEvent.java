package io.tabellion.inspect;

import io.tabellion.audit.Facts;
import io.tabellion.audit.Outcome;
import io.tabellion.jsonrpc.RequestId;
import io.tabellion.session.Intent;
import org.jspecify.annotations.Nullable;

/**
 * One message of an event, or an event without any, as it was judged.
 *
 * @param intent whose stream it is, or that it answers
 * @param id of the request that was answered here, null if none was
 * @param outcome of that request
 * @param began the session that begins with it, null if none does
 */
record JudgedEvent(
    EventFrame frame,
    Ruled ruled,
    Intent intent,
    @Nullable RequestId id,
    @Nullable Outcome outcome,
    Facts facts,
    Answered.@Nullable Beginning began)
    implements Leg.Message {}
