@NullMarked
package io.tabellion.http;

import org.jspecify.annotations.NullMarked;
