/** The policy file: rules as values, compiled once, decided purely; and its reload. */
@NullMarked
package io.tabellion.policy;

import org.jspecify.annotations.NullMarked;
