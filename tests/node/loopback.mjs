/* Preloaded: a server that listens on a bare port number then listens on 127.0.0.1 only. */
import net from 'node:net';

const { listen } = net.Server.prototype;

net.Server.prototype.listen = function (port, ...rest) {
  if (!/^\d+$/.test(String(port))) return listen.call(this, port, ...rest);
  const callback = rest.find(argument => typeof argument === 'function');
  return listen.call(this, { port: Number(port), host: '127.0.0.1' }, callback);
};
