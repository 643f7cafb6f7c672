package io.tabellion.yaml;

/** A failure whose message is for whoever typed the command: what was wrong, and what to do. */
public interface Explained {}
