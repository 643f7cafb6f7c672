/** YAML files of ours, read strictly and with the place of everything that is wrong in them. */
@NullMarked
package io.tabellion.yaml;

import org.jspecify.annotations.NullMarked;
