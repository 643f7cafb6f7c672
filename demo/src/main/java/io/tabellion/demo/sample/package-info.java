/** The demo's MCP server: a small customer desk that speaks both eras at one endpoint. */
@NullMarked
package io.tabellion.demo.sample;

import org.jspecify.annotations.NullMarked;
