@NullMarked
package io.tabellion.signin;

import org.jspecify.annotations.NullMarked;
