/** The configuration file of the server and the records that it becomes. */
@NullMarked
package io.tabellion.config;

import org.jspecify.annotations.NullMarked;
