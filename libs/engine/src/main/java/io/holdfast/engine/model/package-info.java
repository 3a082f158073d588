/** Descriptions of a database and its objects, as manifests keep them. */
@NullMarked
package io.holdfast.engine.model;

import org.jspecify.annotations.NullMarked;
