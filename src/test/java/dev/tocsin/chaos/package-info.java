/**
 * The chaos suite: the packaged program as processes, a real broker in a process of its own and real files, under faults at
 * random instants. What comes out is held against what went in. Started by
 * {@code ./mvnw verify -DskipITs=false -DskipUTs -Dgroups=chaos}; {@code -Dchaos.seed}, {@code -Dchaos.kills} and
 * {@code -Dchaos.scenario} choose.
 */
@NullMarked
package dev.tocsin.chaos;

import org.jspecify.annotations.NullMarked;
