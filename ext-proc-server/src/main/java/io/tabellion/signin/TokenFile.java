package io.tabellion.signin;

import io.tabellion.trail.Reader;
import java.nio.file.Path;

/**
 * A bearer token that the configuration names.
 *
 * @param reader whose it is
 * @param file holds the token, at least 32 characters, nothing else; mode 0600
 */
public record TokenFile(Reader reader, Path file) {}
