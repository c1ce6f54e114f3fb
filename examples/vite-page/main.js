const worker = new Worker(new URL("./worker.js", import.meta.url), { type: "module" });
worker.onmessage = ({ data }) => {
  if (data.progress) document.querySelector("#progress").textContent = data.progress;
  else document.querySelector("#result").textContent = JSON.stringify(data);
};
