/** What must hold when something breaks: each promise, with a test that tries to break it. */
@NullMarked
package io.tabellion.faults;

import org.jspecify.annotations.NullMarked;
