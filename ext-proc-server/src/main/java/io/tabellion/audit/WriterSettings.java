package io.tabellion.audit;

import java.time.Duration;

/**
 * What a writer of a log is told, whatever store the log lies in.
 *
 * @param origin name of the log, in every leaf and head
 * @param writer name of this process in leaves
 * @param version of the product, for the {@code start} entry
 * @param largestAppend most bytes that one append may bring, leaves and contents together
 * @param heartbeat time between heartbeats
 */
public record WriterSettings(
    String origin, String writer, String version, long largestAppend, Duration heartbeat) {}
