/**
 * What is to be masked and how, and how far that reaches in a tree: rules, selectors, operators.
 */
@NullMarked
package io.tabellion.mask.rule;

import org.jspecify.annotations.NullMarked;
