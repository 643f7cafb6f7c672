/**
 * The demo: everything on one machine, with a sample server and a scripted client, for someone who
 * sees it for the first time.
 */
@NullMarked
package io.tabellion.demo;

import org.jspecify.annotations.NullMarked;
