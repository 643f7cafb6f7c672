package io.tabellion.http;

import com.sun.net.httpserver.HttpHandler;

/**
 * A part of what is served over HTTP, beside health and metrics.
 *
 * @param path where it is, from the root, e.g. {@code /approvals}; all below it is the site's, and
 *     what only begins with the same letters is not: the handler answers it with 404
 * @param handler answers; called on a virtual thread for each request, by several at one time; it
 *     knows whom it lets in, and bounds what it reads
 */
public record Site(String path, HttpHandler handler) {}
