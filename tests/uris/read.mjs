// As read.py, for Node: the URL Standard, fileURLToPath, decodeURIComponent, and the older url.parse.
import path from 'node:path';
import readline from 'node:readline';
import url from 'node:url';

const tried = (found, read) => {
  try {
    const value = read();
    if (value) found.add(value);
  } catch {
    // Not for this parser.
  }
};

const decoded = (text) => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};

function read(uri) {
  const found = new Set();
  tried(found, () => new URL(uri).href);
  tried(found, () => url.fileURLToPath(uri));
  tried(found, () => url.fileURLToPath(new URL(uri)));
  tried(found, () => {
    const parsed = new URL(uri);
    if (parsed.protocol !== 'file:') return parsed.host && `${parsed.protocol}//${parsed.host}${parsed.pathname}`;
    found.add(path.posix.resolve('/', parsed.pathname));
    found.add(path.posix.resolve('/', decoded(parsed.pathname)));
    return path.posix.resolve('/', decoded(decoded(parsed.pathname)));
  });
  tried(found, () => {
    const parsed = url.parse(uri);
    if (parsed.protocol === 'file:' && parsed.pathname) {
      found.add(path.posix.resolve('/', decoded(parsed.pathname)));
      return path.posix.resolve('/', parsed.pathname);
    }
    return undefined;
  });
  if (uri.startsWith('file://')) {
    found.add(path.posix.resolve('/', uri.slice(7)));
    found.add(path.posix.resolve('/', decoded(uri.slice(7))));
    found.add(path.posix.resolve('/', unescape(uri.slice(7))));
  }
  return [...found].filter((each) => each.isWellFormed()).sort();
}

for await (const line of readline.createInterface({ input: process.stdin })) {
  console.log(JSON.stringify(read(JSON.parse(line))));
}
