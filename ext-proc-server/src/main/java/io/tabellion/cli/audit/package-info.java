/** EDGE. The {@code audit} verbs: thin over the audit API, or over files of a log. */
@NullMarked
package io.tabellion.cli.audit;

import org.jspecify.annotations.NullMarked;
