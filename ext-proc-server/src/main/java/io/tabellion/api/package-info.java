/** The edge to auditors: our gRPC API over the record and its index. */
@NullMarked
package io.tabellion.api;

import org.jspecify.annotations.NullMarked;
